const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/** The IEEE 754 half-precision bit pattern nearest to a number (ties to even; too large gives infinity). */
export function toFloat16Bits(value: number): number {
  const bits = float32BitsToOdd(value);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const halfExponent = exponent - 127 + 15;
  if (halfExponent >= 0x1f) return sign | 0x7c00;
  if (halfExponent <= 0) {
    if (halfExponent < -10) return sign;
    const full = fraction | 0x800000;
    return sign | roundShift(full, 14 - halfExponent);
  }
  // a carry out of the fraction moves into the exponent, which is the right result
  return sign | (roundShift((halfExponent << 23) | fraction, 13) & 0x7fff);
}

/**
 * The float32 bit pattern of a number, cut towards zero and made odd where that loses something: rounding it once more
 * then gives what rounding the number itself would give.
 */
function float32BitsToOdd(value: number): number {
  float32[0] = value;
  const nearest = float32[0];
  const bits = bits32[0] as number;
  if (nearest === value || Number.isNaN(value)) return bits;
  return (Math.abs(nearest) > Math.abs(value) ? bits - 1 : bits) | 1;
}

/** The number of a half-precision bit pattern. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Shifts right, rounding to nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (quotient & 1) === 1) ? quotient + 1 : quotient;
}
