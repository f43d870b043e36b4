import { ParquetFault } from './parquetFault.js';

/** Reads bytes `from` (inclusive) to `to` (exclusive) of a file. */
export type ReadBytes = (from: number, to: number) => Promise<Uint8Array>;

const magic = 0x31524150;
const encryptedMagic = 0x45524150;
const mostFooterBytes = 16 * 2 ** 20;

/** Bytes at the end of a file that are read at first: most footers are shorter. */
const firstBytes = 64 * 1024;

/** Length of the footer by the last 8 bytes of a file of `sizeBytes`. Throws a ParquetFault. */
export function footerLength(tail: Uint8Array, sizeBytes: number): number {
  const end = viewOf(tail);
  const found = tail.length < 8 || sizeBytes < 12 ? 0 : end.getUint32(tail.length - 4, true);
  if (found === encryptedMagic) throw new ParquetFault('the file is encrypted');
  if (found !== magic) throw new ParquetFault('the file does not end as a Parquet file does');
  const length = end.getUint32(tail.length - 8, true);
  if (length > mostFooterBytes) {
    throw new ParquetFault(`expected a footer of at most ${mostFooterBytes} bytes, it has ${length}`);
  }
  if (length === 0 || length > sizeBytes - 12) {
    throw new ParquetFault(`the footer of ${length} bytes does not fit the file of ${sizeBytes}`);
  }
  return length;
}

/** The bytes of the footer and its offset in the file; looks at the magic at both ends. Throws a ParquetFault. */
export async function readFooterBytes(
  read: ReadBytes,
  sizeBytes: number,
): Promise<{ readonly footer: Uint8Array; readonly offset: number }> {
  const [head, tail] = await Promise.all([
    readExactly(read, 0, Math.min(4, sizeBytes)),
    readExactly(read, Math.max(0, sizeBytes - firstBytes), sizeBytes),
  ]);
  if (head.length < 4 || ![magic, encryptedMagic].includes(viewOf(head).getUint32(0, true))) {
    throw new ParquetFault('the file does not begin as a Parquet file does');
  }
  const length = footerLength(tail, sizeBytes);
  const offset = sizeBytes - 8 - length;
  const inTail = tail.length - 8 - length;
  const footer =
    inTail >= 0 ? tail.subarray(inTail, tail.length - 8) : await readExactly(read, offset, sizeBytes - 8);
  return { footer, offset };
}

/** Throws a ParquetFault when there are fewer bytes. */
export async function readExactly(read: ReadBytes, from: number, to: number): Promise<Uint8Array> {
  if (from === to) return new Uint8Array();
  const bytes = await read(from, to);
  if (bytes.length !== to - from) {
    throw new ParquetFault(`bytes ${from} to ${to} are not there`, { needsMore: true });
  }
  return bytes;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
