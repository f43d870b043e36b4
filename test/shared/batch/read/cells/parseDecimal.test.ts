import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDecimal } from '../../../../../shared/batch/read/cells/parseDecimal.js';
import { utf8 } from '../../../../support/bytes.js';
import { fc } from '../../../../support/property.js';

const parse = (text: string) => {
  const bytes = utf8(`9${text}9`);
  return parseDecimal(bytes, 1, bytes.length - 1);
};
const agrees = (text: string) => {
  assert.ok(Object.is(parse(text), Number(text)), `${text}: ${parse(text)} is not ${Number(text)}`);
};

test('decimal numbers in every form are read as Number reads them', () => {
  const forms =
    '0 -0 +1 1 .5 5. -.5 +5. 007 1e3 1E+3 1e-3 .5e1 5.e1 0e999 -0e-999 0.000 1e22 1e23 1e-22 1e-23';
  for (const text of forms.split(' ')) agrees(text);
  const limits =
    '1e309 -1e309 1e308 4.9e-324 2e-324 1e-400 1.7976931348623157e308 1.7976931348623159e308 2.2250738585072014e-308';
  for (const text of limits.split(' ')) agrees(text);
});

test('numbers in the middle of two doubles and close to it are read as Number reads them', () => {
  const middles = [
    '9007199254740993',
    '9007199254740992.9999999999999',
    '9007199254740993.0000000000001',
    '9007199254740995',
    '0.500000000000000166533453693773481063544750213623046875',
    '1.00000000000000011102230246251565',
    '1.00000000000000011102230246251565404236316680908203125',
    '1.00000000000000011102230246251566',
    '123456789012345678901234567890',
    '1234567890123456789012345678901',
    `0.${'0'.repeat(400)}1`,
    '9'.repeat(400),
    `${'9'.repeat(400)}e-400`,
    `1${'0'.repeat(400)}e-400`,
    `1e${'9'.repeat(400)}`,
    `1e-${'9'.repeat(400)}`,
  ];
  for (const text of middles) agrees(text);
});

test('blanks and tabs around a number do not count, other white space does', () => {
  assert.equal(parse(' \t1.5\t '), 1.5);
  for (const text of ['1\n', '\r1', '\u00a01', '\v1', '1 2', '- 1', '1 e3', '1e 3'])
    assert.ok(Number.isNaN(parse(text)), text);
});

test('what is no decimal number is NaN', () => {
  const texts =
    '- + . -. e 1e 1e+ e5 .e5 1,5 1.2.3 1_000 0x10 0b1 1n NaN Infinity -inf null NA --1 +-1 1- 1e5.5 1f ١ 1/2';
  for (const text of ['', ' ', '\t', ...texts.split(' ')]) assert.ok(Number.isNaN(parse(text)), text);
});

/** Texts of a number as programs write it. */
const written = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.double({ noNaN: true, min: -1e20, max: 1e20 }), fc.nat(20))
    .map(([x, digits]) => x.toFixed(digits)),
  fc
    .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(30))
    .map(([x, digits]) => x.toExponential(digits)),
  fc
    .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 1, max: 40 }))
    .map(([x, digits]) => x.toPrecision(digits)),
);
/** Any number by the grammar. */
const digits = (minLength: number) => fc.stringMatching(new RegExp(`^[0-9]{${minLength},24}$`));
const drawn = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.oneof(
      digits(1),
      fc.tuple(digits(0), digits(1)).map((parts) => parts.join('.')),
      digits(1).map((one) => `${one}.`),
    ),
    fc.oneof(
      fc.constant(''),
      fc
        .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '-', '+'), fc.nat(330))
        .map((parts) => parts.join('')),
    ),
  )
  .map((parts) => parts.join(''));

test('numbers as programs write them are read bit for bit as Number reads them', () => {
  fc.assert(fc.property(written, agrees), { numRuns: 20_000 });
});

test('numbers of any digits are read bit for bit as Number reads them', () => {
  fc.assert(fc.property(drawn, agrees), { numRuns: 20_000 });
});

test('doubles next to the middle of two are read bit for bit as Number reads them', () => {
  const middle = fc.tuple(
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.nat(22),
    fc.integer({ min: -1, max: 1 }),
  );
  fc.assert(
    fc.property(middle, ([size, point, off]) => {
      const shift = BigInt(size.toString(2).length - 54);
      const odd = shift < 0n ? size : (((size >> shift) | 1n) << shift) + BigInt(off);
      const text = String(odd).padStart(point + 1, '0');
      agrees(`${text.slice(0, text.length - point)}.${text.slice(text.length - point)}`);
      agrees(String(odd));
    }),
    { numRuns: 20_000 },
  );
});

test('random text is a number here where Number says so, the other forms of JavaScript aside', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('0123456789+-.eE \tx_,')), maxLength: 12 });
  fc.assert(
    fc.property(text, (one) => {
      const isBlank = one.trim() === '';
      const isOther = isBlank || /0[xXoObB]/.test(one);
      assert.ok(Object.is(parse(one), isOther ? NaN : Number(one)), one);
    }),
    { numRuns: 20_000 },
  );
});
