import { datatypeFacts, type Datatype, type TensorData } from './datatypes.js';
import { toFloat16Bits } from './float16.js';

/**
 * Writes one JSON value into element `index` of `data`, whose type belongs to `datatype`.
 *
 * The rules: booleans only for BOOL; whole numbers in range for integers, exact beyond 2^53 when the parser gave a
 * bigint; finite numbers in range for FP, `null` is NaN there; texts for BYTES, well-formed and without NUL (ONNX
 * Runtime cuts at NUL). Gives undefined when the value fits, else what was expected and what came, without the value.
 */
export function setElement(
  datatype: Datatype,
  data: TensorData,
  index: number,
  value: unknown,
): string | undefined {
  const { kind, min, max } = datatypeFacts(datatype);
  switch (kind) {
    case 'float':
      return setFloat(datatype, data as Float32Array, index, value);
    case 'integer':
      if (typeof value !== 'number' && typeof value !== 'bigint') return mismatch('a whole number', value);
      if (typeof value === 'number' && !Number.isInteger(value)) return notWhole(datatype, value);
      if (value < (min as number) || value > (max as number)) return outOfRange(datatype);
      (data as Int32Array)[index] = Number(value);
      return undefined;
    case 'bigint':
      return setBigInt(datatype, data as BigInt64Array, index, value, min as bigint, max as bigint);
    case 'boolean':
      if (typeof value !== 'boolean') return mismatch('true or false', value);
      (data as Uint8Array)[index] = value ? 1 : 0;
      return undefined;
    case 'text':
      if (typeof value !== 'string') return mismatch('a text', value);
      if (!value.isWellFormed()) return 'expected well-formed Unicode, got a lone surrogate';
      if (value.includes('\0')) return 'expected a text without NUL characters';
      (data as string[])[index] = value;
      return undefined;
  }
}

function setFloat(datatype: Datatype, data: Float32Array, index: number, value: unknown): string | undefined {
  let number: number;
  if (typeof value === 'number') number = value;
  else if (value === null) number = NaN;
  else if (typeof value === 'bigint') number = Number(value);
  else return mismatch('a number', value);
  // what rounds to infinity is outside: the shortest text of the largest float32 lies a little above it
  if (datatype === 'FP16') {
    const bits = toFloat16Bits(number);
    if ((bits & 0x7fff) === 0x7c00) return outOfRange(datatype);
    data[index] = bits;
    return undefined;
  }
  if (Math.abs(datatype === 'FP32' ? Math.fround(number) : number) === Infinity) return outOfRange(datatype);
  data[index] = number;
  return undefined;
}

function setBigInt(
  datatype: Datatype,
  data: BigInt64Array,
  index: number,
  value: unknown,
  min: bigint,
  max: bigint,
): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return notWhole(datatype, value);
  } else if (typeof value !== 'bigint') return mismatch('a whole number', value);
  const whole = BigInt(value);
  if (whole < min || whole > max) return outOfRange(datatype);
  // the parser keeps plain digits exact; of 9007199254740993.0 or 1e16 the last ones are lost already
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    return `expected ${datatype} in plain digits, got a fraction or an exponent`;
  }
  data[index] = whole;
  return undefined;
}

const notWhole = (datatype: Datatype, value: number) =>
  Number.isFinite(value) ? `expected a whole number (${datatype}), got a fraction` : outOfRange(datatype);
const outOfRange = (datatype: Datatype) => `expected a value in the range of ${datatype}, got one outside`;
const mismatch = (expected: string, value: unknown) => `expected ${expected}, got ${jsonTypeOf(value)}`;

/** The JSON type of a parsed value, with its article, for messages. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'boolean':
      return 'a boolean';
    case 'object':
      return 'an object';
    default:
      return 'a number';
  }
}
