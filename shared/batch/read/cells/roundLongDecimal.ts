/** 10^0 to 10^22: all that a double holds exactly. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Digits that one half of a long number has at most; any 15 digits are exact in a double. */
const halfDigits = 15;
/** What cuts a double into two halves of 26 bits (Dekker 1971). */
const splitter = 2 ** 27 + 1;
/** Relative bound on the error of `low` below, generous. */
const slackShare = 2 ** -95;

/**
 * The double nearest to a decimal number without sign whose digits and point are in [start, digitsEnd) and whose digits
 * read as a whole number times 10^`exponent` are its value; [start, end) has its exponent as well.
 *
 * Files of other programs are full of numbers of 17 digits. Up to 30 digits are computed in two doubles, which tells the
 * nearest double with certainty except close to the middle of two; those, and all others, are left to `Number`.
 */
export function roundLongDecimal(
  bytes: Uint8Array,
  start: number,
  digitsEnd: number,
  end: number,
  exponent: number,
): number {
  if (exponent > 0 || exponent < -22) return readText(bytes, start, end);
  let high = 0;
  let low = 0;
  let count = 0;
  for (let at = start; at < digitsEnd; at++) {
    const digit = (bytes[at] as number) ^ 0x30;
    if (digit > 9) continue;
    if (count < halfDigits) high = high * 10 + digit;
    else low = low * 10 + digit;
    if (count > 0 || digit > 0) count++;
  }
  if (count > 2 * halfDigits) return readText(bytes, start, end);

  // the digits as the sum of two doubles; few digits are all in `high`
  const shift = powersOfTen[Math.max(0, count - halfDigits)] as number;
  const product = high * shift;
  const digits = product + low;
  const rest = productError(high, shift, product) + sumError(product, low, digits);
  // divided by a power of ten, again as the sum of two
  const divisor = powersOfTen[-exponent] as number;
  const quotient = digits / divisor;
  const back = quotient * divisor;
  const remainder = digits - back - productError(quotient, divisor, back) + rest;
  const correction = remainder / divisor;
  const slack = quotient * slackShare;
  const nearest = quotient + (correction + slack);
  return nearest === quotient + (correction - slack) ? nearest : readText(bytes, start, end);
}

/** What rounding took off a product. */
function productError(a: number, b: number, product: number): number {
  const aShifted = a * splitter;
  const aHigh = aShifted - (aShifted - a);
  const aLow = a - aHigh;
  const bShifted = b * splitter;
  const bHigh = bShifted - (bShifted - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** What rounding took off a sum (Knuth). */
function sumError(a: number, b: number, sum: number): number {
  const bTaken = sum - a;
  return a - (sum - bTaken) + (b - bTaken);
}

const readText = (bytes: Uint8Array, start: number, end: number) =>
  Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
