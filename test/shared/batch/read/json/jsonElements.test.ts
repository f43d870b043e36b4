import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonElements, type ArrayProblem } from '../../../../../shared/batch/read/json/jsonElements.js';
import { utf8 } from '../../../../support/bytes.js';
import { fc } from '../../../../support/property.js';

function scan(
  bytes: Uint8Array,
  cuts: readonly number[],
): { found: number[]; problem: ArrayProblem | undefined } {
  const elements = new JsonElements();
  const bounds = [0, ...cuts, bytes.length].sort((a, b) => a - b);
  const found = bounds.flatMap((from, i) => elements.feed(bytes.subarray(from, bounds[i + 1] ?? from)));
  elements.finish();
  return { found, problem: elements.problem };
}

const arrayLike = fc.oneof(
  fc.array(fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value, null, 1)),
  fc.stringMatching(/^\[[[\]{}",\\ab1 \n]*$/),
);

test('where the bytes are cut does not matter', () => {
  fc.assert(
    fc.property(arrayLike, fc.array(fc.nat()), (text, places) => {
      const bytes = utf8(text);
      const cuts = places.map((place) => place % (bytes.length + 1));
      assert.deepEqual(scan(bytes, cuts), scan(bytes, []));
    }),
    { numRuns: 2000 },
  );
});

test('what it takes for elements of a JSON array are its elements', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 5 })), fc.constantFrom(0, 1), (values, indent) => {
      const bytes = utf8(JSON.stringify(values, null, indent));
      const { found, problem } = scan(bytes, []);
      const texts: unknown[] = [];
      for (let i = 0; i < found.length; i += 2) {
        texts.push(JSON.parse(Buffer.from(bytes.subarray(found[i], found[i + 1])).toString()));
      }
      assert.deepEqual(texts, JSON.parse(JSON.stringify(values)));
      assert.equal(problem, undefined);
    }),
    { numRuns: 500 },
  );
});

test('an element that is open is told with its bounds so far', () => {
  const elements = new JsonElements();
  assert.equal(elements.open, undefined);
  assert.deepEqual(elements.feed(utf8('[ 1 , {"a ')), [2, 3]);
  assert.deepEqual(elements.open, { start: 6, end: 10 });
  assert.deepEqual(elements.feed(utf8('": 1 ')), []);
  assert.deepEqual(elements.open, { start: 6, end: 15 });
  assert.deepEqual(elements.feed(utf8('}  ')), []);
  assert.deepEqual(elements.open, { start: 6, end: 16 });
  assert.deepEqual(elements.feed(utf8(']')), [6, 16]);
  assert.equal(elements.open, undefined);
});

test('brackets nested millions deep are one element', () => {
  const elements = new JsonElements();
  const brackets = new Uint8Array(2 ** 20).fill(0x5b);
  for (let i = 0; i < 16; i++) elements.feed(brackets);
  assert.equal(elements.problem, undefined);
  const closing = new Uint8Array(2 ** 20).fill(0x5d);
  const found: number[] = [];
  for (let i = 0; i < 16; i++) found.push(...elements.feed(closing));
  assert.deepEqual(found, [1, 2 ** 25 - 1]);
  elements.finish();
  assert.equal(elements.problem, undefined);
});
