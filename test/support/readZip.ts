import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';

export interface ZippedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** 0: stored as it is, 8: deflated. */
  readonly method: number;
}

const endSignature = 0x06054b50;
const listedSignature = 0x02014b50;
const fileSignature = 0x04034b50;

/** The files of an archive, by its central directory (APPNOTE.TXT), with sizes and sums checked; no ZIP64. */
export function readZip(zip: Uint8Array): ZippedFile[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  // without a comment the directory ends so many bytes before the end
  const end = zip.length - 22;
  assert.equal(view.getUint32(end, true), endSignature, 'the archive ends too early');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  assert.equal(at + view.getUint32(end + 12, true), end);
  const files: ZippedFile[] = [];
  for (let i = 0; i < count; i++) {
    assert.equal(view.getUint32(at, true), listedSignature);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    ) as [number, number, number];
    const name = textOf(zip, at + 46, nameLength);
    const bytes = fileOf(zip, view, name, at);
    files.push({ name, bytes, method: view.getUint16(at + 10, true) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  assert.equal(at, end);
  return files;
}

function fileOf(zip: Uint8Array, view: DataView, name: string, listed: number): Uint8Array {
  const [sum, packedSize, size] = [16, 20, 24].map((offset) => view.getUint32(listed + offset, true)) as [
    number,
    number,
    number,
  ];
  const start = view.getUint32(listed + 42, true);
  assert.equal(view.getUint32(start, true), fileSignature);
  const nameLength = view.getUint16(start + 26, true);
  assert.equal(textOf(zip, start + 30, nameLength), name);
  const from = start + 30 + nameLength + view.getUint16(start + 28, true);
  const packed = zip.subarray(from, from + packedSize);
  const bytes = view.getUint16(listed + 10, true) === 0 ? packed : inflateRawSync(packed);
  assert.equal(bytes.length, size, name);
  assert.equal(crcOf(bytes), sum, name);
  return bytes;
}

const textOf = (zip: Uint8Array, from: number, length: number) =>
  new TextDecoder('utf-8', { fatal: true }).decode(zip.subarray(from, from + length));

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return ~crc >>> 0;
}
