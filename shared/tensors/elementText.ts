import type { Tensor } from './datatypes.js';
import { fromFloat16Bits, toFloat16Bits } from './float16.js';
import { elementCount } from './shape.js';
import { shortenFloat32, type Decimal } from './shortestDecimal.js';

/**
 * The JSON text of elements `from` (inclusive) to `to` of a tensor, joined by commas.
 *
 * FP32 and FP16 are written with the fewest digits that read back to the same value, integers of any size exactly,
 * NaN and infinities (which JSON does not have) as null.
 */
export function elementsText(tensor: Tensor, from: number, to: number): string {
  const write = elementWriter(tensor);
  let text = '';
  for (let i = from; i < to; i++) text += i === from ? write(i) : `,${write(i)}`;
  return text;
}

/** The JSON text of one element of the tensor. */
export function elementWriter({ datatype, data }: Tensor): (index: number) => string {
  switch (datatype) {
    case 'FP32':
      return (i) => float32Text((data as Float32Array)[i] as number);
    case 'FP64':
      return (i) => float64Text((data as Float64Array)[i] as number);
    case 'FP16':
      return (i) => shortestText(fromFloat16Bits((data as Uint16Array)[i] as number), float16);
    case 'BOOL':
      return (i) => ((data as Uint8Array)[i] === 0 ? 'false' : 'true');
    case 'BYTES':
      return (i) => JSON.stringify((data as string[])[i]);
    default:
      return (i) => String((data as Int32Array)[i]);
  }
}

/** The JSON text of nested arrays of the given shape, from element `start` on. */
export function nestedText(
  write: (index: number) => string,
  shape: readonly number[],
  start: number,
): string {
  const [length, ...inner] = shape;
  if (length === undefined) return write(start);
  const step = elementCount(inner);
  let text = '[';
  for (let i = 0; i < length; i++) {
    text += `${i === 0 ? '' : ','}${nestedText(write, inner, start + i * step)}`;
  }
  return `${text}]`;
}

/** The shortest JSON text that reads back to the same float32. */
export function float32Text(value: number): string {
  if (isShortWhole(value) || !shortenFloat32(Math.abs(value), decimal)) return shortestText(value, float32);
  const size = Number(`${decimal.digits}e${decimal.exponent}`);
  return String(value < 0 ? -size : size);
}

const decimal: Decimal = { digits: 0, exponent: 0 };

/** How numbers of a narrow format are shortened. */
interface FloatFormat {
  readonly round: (value: number) => number;
  readonly smallestNormal: number;
  /** Every decimal of so many digits comes back from a normal number, so that shorter ones need no try. */
  readonly digits: number;
}

const float32: FloatFormat = { round: Math.fround, smallestNormal: 2 ** -126, digits: 6 };
const float16: FloatFormat = {
  round: (value) => fromFloat16Bits(toFloat16Bits(value)),
  smallestNormal: 2 ** -14,
  digits: 3,
};

function shortestText(value: number, { round, smallestNormal, digits }: FloatFormat): string {
  if (!Number.isFinite(value)) return 'null';
  if (isShortWhole(value)) return exactText(value);
  for (let precision = Math.abs(value) < smallestNormal ? 1 : digits; precision < 10; precision++) {
    const short = Number(value.toPrecision(precision));
    if (round(short) === value) return String(short);
  }
  return String(value);
}

/** Every digit of such a number counts, in float16 too. */
const isShortWhole = (value: number) => Number.isInteger(value) && Math.abs(value) < 1e7;

const float64Text = (value: number) => (Number.isFinite(value) ? exactText(value) : 'null');

/** As JSON.stringify writes a number, but with the sign of zero. */
const exactText = (value: number) => (Object.is(value, -0) ? '-0' : String(value));
