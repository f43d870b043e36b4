import { crc32, deflateSync } from 'node:zlib';
import { imageForm, type ImageForm } from '../models/imageForm.js';
import { showShape } from '../tensors/shape.js';
import type { Made } from './artifactSource.js';
import { numberReader } from './numberReader.js';
import type { OutputRows } from './outputRows.js';

/** Pixels of all images of a file, before they are packed. */
const mostRawBytes = 16 * 2 ** 20;
const mostWidth = 16_384;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colorTypes = { 1: 0, 3: 2, 4: 6 } as const;

/**
 * An output as a PNG image of 8 bits per channel (W3C, Portable Network Graphics, third edition); the images of several
 * rows stand below each other. `range`: the values that become 0 and 255. Without it whole numbers are taken as they are,
 * and floating-point numbers too unless none of them is over 1: then 1 becomes 255. What lies outside is cut, NaN is 0.
 */
export function writePng(output: OutputRows, range: readonly [number, number] | undefined): Made {
  const { rows = 1, itemShape, tensor } = output;
  const form = imageForm(itemShape);
  if (!form) return { note: `a shape of ${showShape(itemShape)} per item is no image` };
  const { width, height, channels } = form;
  const lineBytes = 1 + width * channels;
  const shown = Math.min(rows, Math.floor(mostRawBytes / (lineBytes * height)));
  if (rows === 0) return { note: 'there are no rows' };
  if (shown === 0 || width > mostWidth) return { note: `an image of ${width} x ${height} is too large` };
  const byteOf = scaledBytes(output, range);
  const lines = Buffer.alloc(lineBytes * height * shown);
  const itemSize = tensor.data.length / rows;
  for (let row = 0; row < shown; row++) {
    fillImage(lines, row * lineBytes * height, form, row * itemSize, byteOf);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height * shown, 4);
  header.set([8, colorTypes[channels], 0, 0, 0], 8);
  const bytes = Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return shown === rows ? { bytes } : { bytes, note: `shows the first ${shown} of ${rows} rows` };
}

/** Writes the lines of one image, each behind the number of its filter, which is none. */
function fillImage(
  lines: Buffer,
  start: number,
  { width, height, channels, strides }: ImageForm,
  first: number,
  byteOf: (index: number) => number,
): void {
  let at = start;
  for (let y = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++) {
      const pixel = first + y * strides.row + x * strides.column;
      for (let channel = 0; channel < channels; channel++) {
        lines[at++] = byteOf(pixel + channel * strides.channel);
      }
    }
  }
}

function scaledBytes(
  { tensor }: OutputRows,
  range: readonly [number, number] | undefined,
): (index: number) => number {
  const read = numberReader(tensor);
  const [black, white] = range ?? usualRange(tensor.datatype, tensor.data.length, read);
  const scale = 255 / (white - black);
  // a Buffer takes NaN as 0
  return (index) => Math.round(Math.min(255, Math.max(0, (read(index) - black) * scale)));
}

function usualRange(
  datatype: string,
  count: number,
  read: (index: number) => number,
): readonly [number, number] {
  if (datatype === 'BOOL') return [0, 1];
  if (!datatype.startsWith('FP')) return [0, 255];
  for (let i = 0; i < count; i++) {
    if (read(i) > 1) return [0, 255];
  }
  return [0, 1];
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
