import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { parseJson } from '../../../shared/protocols/parseJson.js';
import { utf8 } from '../../support/bytes.js';
import { expectFault, type ExpectedFault } from '../../support/expectFault.js';
import { fc } from '../../support/property.js';

const exact = (text: string) => parseJson(utf8(text), { exactIntegers: true });
const plain = (text: string) => parseJson(utf8(text), { exactIntegers: false });
const refuses = (body: Uint8Array, expected: ExpectedFault) =>
  expectFault(() => parseJson(body, { exactIntegers: true }), expected);

test('any JSON value comes back as JSON.parse gives it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      assert.deepEqual(plain(text), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('whole numbers of up to 64 bits are exact when they are asked for', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (whole) => {
      assert.equal(BigInt(exact(`[${whole}]`) as bigint | number), whole);
      assert.equal(
        BigInt((exact(`{"a":{"b":[1.5,${whole}]}}`) as { a: { b: [number, bigint | number] } }).a.b[1]),
        whole,
      );
    }),
    { numRuns: 500 },
  );
});

test('short numbers, fractions and long numbers that nobody asked for stay numbers', () => {
  const text = '[9007199254740991, 0.12345678901234567, 1e20, 12345678901234567.5]';
  assert.deepEqual(exact(text), JSON.parse(text));
  assert.deepEqual(plain('[9007199254740993]'), [2 ** 53]);
});

test('digits in texts are no numbers', () => {
  assert.equal(exact(String.raw`"a\"12345678901234567890\\"`), String.raw`a"12345678901234567890\ `.trim());
  assert.deepEqual(exact('{"12345678901234567890":1}'), { '12345678901234567890': 1 });
});

test('millions of digits are read as quickly as a number is', () => {
  // as a bigint this would take minutes of a scoring thread
  assert.equal(exact('9'.repeat(16_000_000)), Infinity);
});

test('1e309 parses to infinity, which no tensor takes', () => {
  assert.deepEqual(exact('[1e309, -1e309]'), [Infinity, -Infinity]);
});

test('an own key __proto__ stays an own key and touches no prototype', () => {
  for (const parsed of [
    plain('{"__proto__":{"a":1}}'),
    exact('{"__proto__":{"a":1},"b":12345678901234567890}'),
  ]) {
    assert.ok(Object.hasOwn(parsed as object, '__proto__'));
    assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
    assert.equal((parsed as { a?: number }).a, undefined);
  }
});

test('a byte order mark is accepted, and alone it is no JSON', () => {
  assert.deepEqual(exact('\ufeff{"a":1}'), { a: 1 });
  refuses(utf8('\ufeff'), { code: 'SCORE_ERR_BODY_SYNTAX' });
});

test('an empty body and a blank one are told apart from wrong JSON', () => {
  refuses(new Uint8Array(0), { code: 'SCORE_ERR_BODY_EMPTY' });
  refuses(utf8(' \n'), { code: 'SCORE_ERR_BODY_SYNTAX', message: 'ends too early' });
});

test('bytes that are no UTF-8 are refused', () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0xfe, 0xff],
  ]) {
    refuses(Uint8Array.from(bytes), { code: 'SCORE_ERR_BODY_ENCODING' });
  }
});

test('nesting is allowed to 32 levels', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.ok(Array.isArray(exact(nested(32))));
  refuses(utf8(nested(33)), { code: 'SCORE_ERR_BODY_DEPTH', message: 'at most 32 deep, got 33' });
  refuses(utf8(nested(100_000)), { code: 'SCORE_ERR_BODY_DEPTH', message: 'got 100000' });
  refuses(utf8('{"a":'.repeat(100_000)), { code: 'SCORE_ERR_BODY_DEPTH' });
});

test('brackets in texts do not count as nesting', () => {
  assert.equal(exact(`"${'[{'.repeat(1000)}"`), '[{'.repeat(1000));
  assert.equal(exact(String.raw`"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["`), `"${'['.repeat(37)}`);
});

test('a syntax error is placed without quoting the body', () => {
  const fault = refuses(utf8('{\n  "a": 1,\n  secret: 2\n}'), {
    code: 'SCORE_ERR_BODY_SYNTAX',
    message: 'line 3, column 3',
  });
  assert.doesNotMatch(fault.message, /secret/);
  refuses(utf8('{"a":'), { code: 'SCORE_ERR_BODY_SYNTAX', message: 'ends too early' });
  const notANumber = refuses(utf8('{"secret": NaN}'), { code: 'SCORE_ERR_BODY_SYNTAX', message: 'NaN' });
  assert.doesNotMatch(notANumber.message, /secret/);
});

test('no bytes make it throw anything but a ScoringError', () => {
  const jsonLike = fc
    .stringMatching(/^[[\]{}",:\\0-9eE.+\-truefalsn \ud800-\udfff]*$/)
    .map((text) => utf8(text));
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), jsonLike),
      fc.boolean(),
      (body, exactIntegers) => {
        try {
          parseJson(body, { exactIntegers });
        } catch (error) {
          assert.ok(error instanceof ScoringError, String(error));
          assert.match(error.code, /^SCORE_ERR_BODY_/);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
