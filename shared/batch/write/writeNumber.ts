import { float32Text } from '../../tensors/elementText.js';
import { shortenFloat32, type Decimal } from '../../tensors/shortestDecimal.js';
import type { ByteSink } from './byteSink.js';

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
/** Longest number text with room: 17 digits, sign, point, leading zeros or exponent. */
const maxLength = 40;

/** Appends a finite float32 in the fewest digits that read back to it, as `float32Text` has it. */
export function writeFloat32(sink: ByteSink, value: number): void {
  if (isShortWhole(value)) {
    writeWhole(sink, value);
  } else if (shortenFloat32(Math.abs(value), decimal)) {
    sink.reserve(maxLength);
    if (value < 0) sink.bytes[sink.length++] = minus;
    writeDecimal(sink, decimal.digits, decimal.exponent);
  } else {
    sink.text(float32Text(value));
  }
}

/** Appends a finite number in the digits of JavaScript, the sign of zero included. */
export function writeFloat64(sink: ByteSink, value: number): void {
  if (isShortWhole(value)) writeWhole(sink, value);
  else sink.text(Object.is(value, -0) ? '-0' : String(value));
}

/** Appends a whole number exactly. */
export function writeInteger(sink: ByteSink, value: number | bigint): void {
  const small = Number(value);
  if (small >= -maxWhole && small <= maxWhole) writeWhole(sink, small);
  else sink.text(String(value));
}

/** In float32 every digit of such a number counts. */
const isShortWhole = (value: number) =>
  value === (value | 0) && value > -1e7 && value < 1e7 && !(value === 0 && 1 / value < 0);

const maxWhole = 2 ** 31 - 1;
const decimal: Decimal = { digits: 0, exponent: 0 };

function writeWhole(sink: ByteSink, value: number): void {
  sink.reserve(maxLength);
  if (value < 0) sink.bytes[sink.length++] = minus;
  const size = Math.abs(value) | 0;
  const count = digitCount(size);
  writeDigits(sink.bytes, sink.length, size, count);
  sink.length += count;
}

/** Writes digits x 10^exponent in the form that Number.prototype.toString gives it. */
function writeDecimal(sink: ByteSink, digits: number, exponent: number): void {
  const { bytes } = sink;
  const count = digitCount(digits);
  let at = sink.length;
  // digits before the decimal point
  const before = count + exponent;
  if (before > 21 || before < -5) {
    sink.length = writeScientific(bytes, at, digits, count, before - 1);
    return;
  }
  if (exponent >= 0) {
    writeDigits(bytes, at, digits, count);
    at += count;
    for (let i = 0; i < exponent; i++) bytes[at++] = zero;
  } else if (before > 0) {
    // all digits one place further on, then the whole part moved before the point
    writeDigits(bytes, at + 1, digits, count);
    for (let i = 0; i < before; i++) bytes[at + i] = bytes[at + i + 1] as number;
    bytes[at + before] = point;
    at += count + 1;
  } else {
    bytes[at++] = zero;
    bytes[at++] = point;
    for (let i = before; i < 0; i++) bytes[at++] = zero;
    writeDigits(bytes, at, digits, count);
    at += count;
  }
  sink.length = at;
}

/** Writes d.ddde+x at `start`; gives the end. */
function writeScientific(
  bytes: Uint8Array,
  start: number,
  digits: number,
  count: number,
  exponent: number,
): number {
  let at = start;
  if (count > 1) {
    writeDigits(bytes, at + 1, digits, count);
    bytes[at] = bytes[at + 1] as number;
    bytes[at + 1] = point;
    at += count + 1;
  } else {
    bytes[at++] = zero + digits;
  }
  bytes[at++] = 0x65;
  bytes[at++] = exponent < 0 ? minus : 0x2b;
  const size = Math.abs(exponent);
  const places = digitCount(size);
  writeDigits(bytes, at, size, places);
  return at + places;
}

function writeDigits(bytes: Uint8Array, start: number, digits: number, count: number): void {
  let rest = digits | 0;
  for (let at = start + count - 1; at >= start; at--) {
    const next = (rest / 10) | 0;
    bytes[at] = zero + rest - next * 10;
    rest = next;
  }
}

function digitCount(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count++;
  return count;
}
