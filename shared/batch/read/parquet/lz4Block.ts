import { ParquetFault } from './parquetFault.js';

/** Decodes one LZ4 block to exactly `size` bytes. Throws a ParquetFault. */
export function decodeLz4Block(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  if (decodeInto(bytes, out, 0) !== size) fail();
  return out;
}

/** Decodes what LZ4 of older writers is: Hadoop frames of a size, a compressed size and a block; else one block. */
export function decodeLz4Frames(bytes: Uint8Array, size: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Uint8Array(size);
  let at = 0;
  let to = 0;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at);
    const end = at + 8 + view.getUint32(at + 4);
    if (end > bytes.length || to + length > size) return decodeLz4Block(bytes, size);
    if (decodeInto(bytes.subarray(at + 8, end), out.subarray(0, to + length), to) !== to + length) fail();
    to += length;
    at = end;
  }
  if (at === bytes.length && to === size) return out;
  return decodeLz4Block(bytes, size);
}

/** Gives the end of what was written from `to` on. */
function decodeInto(bytes: Uint8Array, out: Uint8Array, to: number): number {
  const start = to;
  let at = 0;
  const longer = (length: number): number => {
    if (length !== 15) return length;
    for (let byte = 255; byte === 255; length += byte)
      byte = at < bytes.length ? (bytes[at++] as number) : fail();
    return length;
  };
  while (at < bytes.length) {
    const token = bytes[at++] as number;
    const literals = longer(token >>> 4);
    if (at + literals > bytes.length || to + literals > out.length) fail();
    out.set(bytes.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === bytes.length) break;
    if (at + 2 > bytes.length) fail();
    const offset = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    const length = longer(token & 15) + 4;
    if (offset === 0 || offset > to - start || to + length > out.length) fail();
    // a match may overlap what it writes: then it repeats
    for (const end = to + length; to < end; to++) out[to] = out[to - offset] as number;
  }
  return to;
}

function fail(): never {
  throw new ParquetFault('LZ4 data is damaged');
}
