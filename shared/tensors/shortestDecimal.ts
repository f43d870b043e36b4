/** The number `digits` x 10^`exponent`; `digits` has no zero at its end. */
export interface Decimal {
  digits: number;
  exponent: number;
}

/**
 * Finds the decimal of fewest digits, and of those the nearest, that reads back to a positive float32.
 *
 * False, with `into` undefined in its content, for the few numbers where the arithmetic of doubles does not decide it
 * and for subnormal ones: take the slow way for these.
 */
export function shortenFloat32(value: number, into: Decimal): boolean {
  if (!(value >= smallestNormal && value <= largest)) return false;
  const magnitude = decimalMagnitude(value);
  // every decimal of 6 digits comes back from a normal float32, so that shorter ones need no try
  for (let count = 6; count < 10; count++) {
    const scale = count - 1 - magnitude;
    const scaled = scale >= 0 ? value * powerOfTen(scale) : value / powerOfTen(-scale);
    const digits = Math.floor(scaled + 0.5);
    // the error of `scaled` stays under 1e-6; nearer to the middle it could be rounded to the wrong side
    if (Math.abs(Math.abs(scaled - digits) - 0.5) < 1e-6) return false;
    const back = scale >= 0 ? digits / powerOfTen(scale) : digits * powerOfTen(-scale);
    const verdict = readsBack(back, value, Math.abs(scale) <= largestExactPower);
    if (verdict === undefined) return false;
    if (verdict) {
      store(digits, -scale, into);
      return true;
    }
  }
  return false;
}

/** Whether the decimal next to `back` rounds to `value`; undefined when it lies too near to the border to tell. */
function readsBack(back: number, value: number, isExact: boolean): boolean | undefined {
  if (isExact) return Math.fround(back) === value;
  const low = Math.fround(back * (1 - slack)) === value;
  return low === (Math.fround(back * (1 + slack)) === value) ? low : undefined;
}

function store(digits: number, exponent: number, into: Decimal): void {
  let whole = digits | 0;
  let power = exponent;
  while (whole % 10 === 0) {
    whole = (whole / 10) | 0;
    power++;
  }
  into.digits = whole;
  into.exponent = power;
}

/** The whole part of the decimal logarithm. */
function decimalMagnitude(value: number): number {
  floats[0] = value;
  const binary = ((bits[0] as number) >>> 23) - 127;
  // 1233 / 4096 is log10(2) to five digits, which leaves the guess right or one too low
  const guess = (binary * 1233) >> 12;
  return value >= (powers[guess + 1 + powerOffset] as number) ? guess + 1 : guess;
}

const powerOfTen = (exponent: number) => powers[exponent + powerOffset] as number;

const smallestNormal = 2 ** -126;
const largest = 2 ** 128 - 2 ** 104;
/** Doubles hold 10^22 and everything below exactly. */
const largestExactPower = 22;
/** Relative error of two roundings, with room. */
const slack = 2 ** -50;
const powerOffset = 40;
const powers = Float64Array.from({ length: 100 }, (_, i) => Number(`1e${i - powerOffset}`));
const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);
