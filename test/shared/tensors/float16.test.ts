import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromFloat16Bits, toFloat16Bits } from '../../../shared/tensors/float16.js';
import { fc } from '../../support/property.js';

const patterns = Array.from({ length: 65_536 }, (_, bits) => bits);
const isNaNPattern = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

test('every bit pattern but NaN comes back from its number', () => {
  const changed = patterns.filter(
    (bits) => !isNaNPattern(bits) && toFloat16Bits(fromFloat16Bits(bits)) !== bits,
  );
  assert.deepEqual(changed, []);
});

test('every NaN pattern is NaN, and NaN becomes a NaN pattern', () => {
  assert.deepEqual(
    patterns.filter((bits) => Number.isNaN(fromFloat16Bits(bits)) !== isNaNPattern(bits)),
    [],
  );
  assert.ok(isNaNPattern(toFloat16Bits(NaN)));
});

test('every number between two neighbours goes to the nearest one, ties to the even pattern', () => {
  const wrong: string[] = [];
  for (let bits = 0; bits < 0x7bff; bits++) {
    const low = fromFloat16Bits(bits);
    const high = fromFloat16Bits(bits + 1);
    const middle = (low + high) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    const nudge = middle * 2 ** -40;
    if (toFloat16Bits(middle) !== even) wrong.push(`tie above ${low}`);
    if (toFloat16Bits(middle - nudge) !== bits) wrong.push(`just below the tie above ${low}`);
    if (toFloat16Bits(middle + nudge) !== bits + 1) wrong.push(`just above the tie above ${low}`);
  }
  assert.deepEqual(wrong.slice(0, 3), []);
});

test('what lies beyond the largest number becomes infinity from the rounding limit on', () => {
  assert.equal(toFloat16Bits(65_504), 0x7bff);
  assert.equal(toFloat16Bits(65_519.99999), 0x7bff);
  assert.equal(toFloat16Bits(65_520), 0x7c00);
  assert.equal(toFloat16Bits(1e300), 0x7c00);
  assert.equal(toFloat16Bits(-1e300), 0xfc00);
  assert.equal(toFloat16Bits(-Infinity), 0xfc00);
});

test('the sign of zero and of numbers too small to hold stays', () => {
  assert.equal(toFloat16Bits(-0), 0x8000);
  assert.equal(toFloat16Bits(-1e-300), 0x8000);
  assert.equal(toFloat16Bits(1e-300), 0);
  assert.ok(Object.is(fromFloat16Bits(0x8000), -0));
});

test('any number becomes the half-precision number that the engine itself rounds it to', (t) => {
  const f16round = (Math as { f16round?: (value: number) => number }).f16round;
  if (!f16round) {
    t.skip('this Node has no Math.f16round');
    return;
  }
  const numbers = fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -70_000, max: 70_000, noNaN: true }));
  fc.assert(
    fc.property(numbers, (value) => {
      assert.ok(Object.is(fromFloat16Bits(toFloat16Bits(value)), f16round(value)), String(value));
    }),
    { numRuns: 5000 },
  );
});
