import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonCheck, type JsonProblem } from '../../../../shared/batch/service/jsonCheck.js';
import { utf8 } from '../../../support/bytes.js';
import { fc } from '../../../support/property.js';

function check(bytes: Uint8Array, cuts: readonly number[] = [], maxDepth = 1000): JsonProblem | undefined {
  const json = new JsonCheck(maxDepth);
  const bounds = [0, ...cuts, bytes.length].sort((a, b) => a - b);
  for (const [i, from] of bounds.entries()) json.feed(bytes.subarray(from, bounds[i + 1] ?? from));
  json.finish();
  return json.problem;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const pieces = [
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '"',
  '\\',
  'u',
  '0',
  '12',
  '-',
  '+',
  '.',
  'e',
  'E',
  'a',
  'F',
  ' ',
  '\n',
];
const words = [
  'true',
  'false',
  'null',
  'nul',
  '"a"',
  '"\\u00e9"',
  '"\\n"',
  '1.5e-7',
  '-0',
  '01',
  '"ü"',
  '\t',
  '\u0001',
];

/** JSON, JSON with a byte changed, and what looks a little like it. */
const jsonLike = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value, null, 1)),
  fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...pieces)).map(([value, at, piece]) => {
    const text = JSON.stringify(value);
    const place = at % (text.length + 1);
    return text.slice(0, place) + piece + text.slice(place + (at % 2));
  }),
  fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 12 }).map((parts) => parts.join('')),
);

test('takes exactly what JSON.parse takes', () => {
  fc.assert(
    fc.property(jsonLike, (text) => {
      assert.equal(check(utf8(text)) === undefined, parses(text.toWellFormed()), text);
    }),
    { numRuns: 20_000 },
  );
});

test('where the bytes are cut does not matter', () => {
  fc.assert(
    fc.property(jsonLike, fc.array(fc.nat(), { maxLength: 5 }), (text, places) => {
      const bytes = utf8(text);
      const cuts = places.map((place) => place % (bytes.length + 1));
      assert.deepEqual(check(bytes, cuts), check(bytes));
    }),
    { numRuns: 3000 },
  );
});

test('tells what is wrong and where', () => {
  assert.deepEqual(check(utf8('[1, 2')), { kind: 'end', offset: 5 });
  assert.deepEqual(check(utf8('{"a": tru }')), { kind: 'syntax', offset: 9 });
  assert.deepEqual(check(utf8('[1] 2')), { kind: 'syntax', offset: 4 });
  assert.deepEqual(check(utf8('["a\nb"]')), { kind: 'syntax', offset: 3 });
  assert.deepEqual(check(utf8('[[[1]]]'), [], 2), { kind: 'depth', offset: 2 });
  assert.equal(check(utf8('[[1], {"a": {}}]'), [], 3), undefined);
});

test('gives the bounds of the elements of the array, wherever the bytes are cut', () => {
  const indents = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      indents,
      fc.nat({ max: 200 }),
      (values, indent, cut) => {
        const bytes = utf8(`  ${JSON.stringify(values, null, indent)}`);
        const json = new JsonCheck(10, 2);
        json.feed(bytes.subarray(2, 2 + cut));
        json.feed(bytes.subarray(2 + cut));
        json.finish();
        assert.equal(json.problem, undefined);
        const { elements } = json;
        assert.equal(elements.length, 2 * values.length);
        for (const [i, value] of values.entries()) {
          const text = Buffer.from(bytes).toString('utf8', elements[2 * i], elements[2 * i + 1]);
          assert.equal(text, text.trim());
          assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
