import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

/** A decoded image: the values of each pixel, in the order of the channels. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [row][column][channel] */
  readonly pixels: readonly (readonly (readonly number[])[])[];
}

/** Reads a PNG file of 8 bits per channel, with its sums checked, as the standard describes it. */
export function readPng(bytes: Uint8Array): PngImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  assert.equal(Buffer.from(bytes.subarray(0, 8)).toString('latin1'), '\x89PNG\r\n\x1a\n');
  const chunks: { readonly type: string; readonly data: Uint8Array }[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    assert.equal(view.getUint32(at + 8 + length), crcOf(bytes.subarray(at + 4, at + 8 + length)), type);
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  assert.deepEqual([chunks[0]?.type, chunks.at(-1)?.type], ['IHDR', 'IEND']);
  const header = chunks[0]?.data as Uint8Array;
  const facts = new DataView(header.buffer, header.byteOffset, header.length);
  const [width, height] = [facts.getUint32(0), facts.getUint32(4)];
  assert.deepEqual([header[8], header[10], header[11], header[12]], [8, 0, 0, 0]);
  const channels = { 0: 1, 2: 3, 6: 4 }[header[9] as 0 | 2 | 6];
  assert.ok(channels, `colour type ${header[9]}`);
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  return {
    width,
    height,
    channels,
    pixels: pixelsOf(inflateSync(Buffer.concat(packed)), width, height, channels),
  };
}

function pixelsOf(lines: Uint8Array, width: number, height: number, channels: number): number[][][] {
  const lineBytes = width * channels;
  assert.equal(lines.length, height * (lineBytes + 1));
  const plain = new Uint8Array(height * lineBytes);
  const valueAt = (row: number, i: number) => (row < 0 || i < 0 ? 0 : (plain[row * lineBytes + i] as number));
  for (let row = 0; row < height; row++) {
    const filter = lines[row * (lineBytes + 1)] as number;
    for (let i = 0; i < lineBytes; i++) {
      const left = valueAt(row, i - channels);
      const up = valueAt(row - 1, i);
      const corner = i < channels ? 0 : valueAt(row - 1, i - channels);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      plain[row * lineBytes + i] = (lines[row * (lineBytes + 1) + 1 + i] as number) + (predicted as number);
    }
  }
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) =>
      Array.from({ length: channels }, (___, channel) => valueAt(row, column * channels + channel)),
    ),
  );
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** CRC-32 bit by bit. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
