import { powersOfTen, roundLongDecimal } from './roundLongDecimal.js';

const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const lowerE = 0x65;
/** Exponents beyond it give zero or infinity whatever the digits of a record are. */
const mostExponent = 1e8;

/**
 * The double nearest to the decimal number in [start, end) of ASCII bytes, as `Number` reads it; NaN for anything else.
 *
 * A sign, digits, a point and an exponent, each where a decimal number has it; blanks and tabs around them. Too large
 * gives infinity. Nothing is allocated for up to 30 digits and usual exponents.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let last = end;
  while (at < last && isBlank(bytes[at] as number)) at++;
  while (at < last && isBlank(bytes[last - 1] as number)) last--;
  if (at === last) return NaN;
  const sign = bytes[at] as number;
  if (sign === minus || sign === plus) at++;
  const first = at;
  let mantissa = 0;
  let digit: number;
  // XOR maps the ten digits, and nothing else, to 0 to 9
  while (at < last && (digit = (bytes[at] as number) ^ 0x30) < 10) {
    mantissa = mantissa * 10 + digit;
    at++;
  }
  let digits = at - first;
  let exponent = 0;
  if (at < last && bytes[at] === point) {
    const fraction = ++at;
    while (at < last && (digit = (bytes[at] as number) ^ 0x30) < 10) {
      mantissa = mantissa * 10 + digit;
      at++;
    }
    exponent = fraction - at;
    digits -= exponent;
  }
  if (digits === 0) return NaN;
  const digitsEnd = at;
  if (at < last) {
    const stated = parseExponent(bytes, at, last);
    if (Number.isNaN(stated)) return NaN;
    exponent += stated;
  }
  // digits that a double does not hold never bring the sum below 2^53 again
  if (mantissa < 2 ** 53 && exponent >= -22 && exponent <= 22) {
    // both sides are exact, so that there is one rounding as in `Number`
    const size =
      exponent < 0
        ? mantissa / (powersOfTen[-exponent] as number)
        : mantissa * (powersOfTen[exponent] as number);
    return sign === minus ? -size : size;
  }
  const size = roundLongDecimal(bytes, first, digitsEnd, last, exponent);
  return sign === minus ? -size : size;
}

/** The exponent with its letter in [at, last); NaN where there is something else. */
function parseExponent(bytes: Uint8Array, from: number, last: number): number {
  if (((bytes[from] as number) | 0x20) !== lowerE) return NaN;
  let at = from + 1;
  const sign = at < last ? (bytes[at] as number) : 0;
  if (sign === minus || sign === plus) at++;
  if (at === last) return NaN;
  let exponent = 0;
  for (; at < last; at++) {
    const digit = (bytes[at] as number) ^ 0x30;
    if (digit > 9) return NaN;
    if (exponent < mostExponent) exponent = exponent * 10 + digit;
  }
  return sign === minus ? -exponent : exponent;
}

/** Blank or tab. */
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09;
