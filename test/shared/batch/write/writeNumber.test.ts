import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteSink } from '../../../../shared/batch/write/byteSink.js';
import { writeFloat32, writeFloat64, writeInteger } from '../../../../shared/batch/write/writeNumber.js';
import { float32Text } from '../../../../shared/tensors/elementText.js';
import { fc } from '../../../support/property.js';

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The fewest digits that read back, found by trying with the runtime's own formatting. */
function triedText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return Object.is(value, -0) ? '-0' : String(value);
  for (let precision = Math.abs(value) < 2 ** -126 ? 1 : 6; precision < 10; precision++) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

const written = (write: (sink: ByteSink) => void) => {
  const sink = new ByteSink({ capacity: 1 });
  write(sink);
  return Buffer.from(sink.take()).toString();
};

/** The bytes of many float32 are those of the tried text, and so is the text form. */
function checkFloats(values: Float32Array): void {
  const sink = new ByteSink();
  let expected = '';
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    writeFloat32(sink, value);
    sink.byte(0x0a);
    const text = triedText(value);
    expected += `${text}\n`;
    if (float32Text(value) !== text) assert.equal(float32Text(value), text);
  }
  const got = Buffer.from(sink.take()).toString().split('\n');
  const wrong = expected.split('\n').findIndex((text, i) => text !== got[i]);
  assert.equal(wrong, -1, `${got[wrong] ?? ''} is not ${expected.split('\n')[wrong] ?? ''}`);
}

/** Values from a seed: xorshift, so that a failing seed is small. */
function fill(seed: number, count: number, next: (random: number) => number): Float32Array {
  let state = seed | 1;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return next(state >>> 0);
  });
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test('float32 of any bit pattern is written in the fewest digits that read back to it', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      checkFloats(
        fill(seed, 25_000, (bits) => {
          words[0] = bits;
          return floats[0] as number;
        }),
      );
    }),
    { numRuns: 30 },
  );
});

test('float32 of scores, probabilities and rounded figures are written in the fewest digits', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: -30, max: 12 }), (seed, power) => {
      checkFloats(fill(seed, 2000, (bits) => (bits / 2 ** 31 - 1) * 10 ** power));
      checkFloats(fill(seed, 2000, (bits) => Number((bits / 2 ** 22).toFixed(bits % 6))));
    }),
    { numRuns: 50 },
  );
});

test('float32 next to powers of ten and two and in the middle of decimals are written right', () => {
  const values: number[] = [0, -0, 2 ** -149, 2 ** -126 - 2 ** -149, 2 ** -126, 2 ** 128 - 2 ** 104];
  for (let power = -45; power <= 38; power++) {
    floats[0] = 10 ** power;
    const [middle] = words as unknown as [number];
    for (let step = -3; step <= 3; step++) {
      words[0] = Math.max(0, middle + step);
      values.push(floats[0], -floats[0]);
    }
  }
  for (let power = -149; power < 128; power++) values.push(2 ** power, 3 * 2 ** (power - 1));
  // ties at the last of 6, 7 and 8 digits
  values.push(100_000.5, 1_000_000.5, 8_388_607.5, 16_777_216, 16_777_218, 33_554_436, 0.5, 1.5, 2097152.25);
  checkFloats(Float32Array.from(values));
});

test('float64 is written as JavaScript writes it, with the sign of zero', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = written((sink) => {
        writeFloat64(sink, value);
      });
      assert.equal(text, Object.is(value, -0) ? '-0' : String(value));
    }),
    { numRuns: 5000 },
  );
});

test('whole numbers of 64 bits are written exactly', () => {
  const borders = [
    0n,
    9n,
    10n,
    2n ** 31n - 1n,
    2n ** 31n,
    -(2n ** 31n),
    2n ** 53n + 1n,
    2n ** 64n - 1n,
    -(2n ** 63n),
  ];
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...borders), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })),
      (value) => {
        const text = written((sink) => {
          writeInteger(sink, value);
        });
        assert.equal(text, String(value));
      },
    ),
  );
});
