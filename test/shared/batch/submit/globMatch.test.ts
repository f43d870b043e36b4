import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globMatch } from '../../../../shared/batch/submit/globMatch.js';
import { fc } from '../../../support/property.js';

test('a star is any text, a question mark any one character', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'any/thing.csv', true],
    ['**', 'a', true],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['?', '\u{1f600}', true],
    ['??', '\u{1f600}', false],
    ['*.csv', 'a.csv', true],
    ['*.csv', 'a.CSV', false],
    ['*.csv', 'sub/a.csv', true],
    ['*.csv', 'a.csv.gz', false],
    ['part-??.csv', 'part-07.csv', true],
    ['part-??.csv', 'part-7.csv', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['[ab].(c|d)+', 'a.c', false],
    ['[ab].(c|d)+', '[ab].(c|d)+', true],
    ['ünï*', 'ünïcode', true],
    // 31, 32 and 33 characters: the borders of a machine word
    ...[31, 32, 33, 64].map((length) => ['a'.repeat(length), 'a'.repeat(length), true] as const),
    ...[31, 32, 33, 64].map((length) => [`${'?'.repeat(length)}*`, 'a'.repeat(length - 1), false] as const),
  ];
  for (const [pattern, text, fits] of cases)
    assert.equal(globMatch(pattern)(text), fits, `${pattern} ${text}`);
});

/** Tries every way. */
function naive(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return text.some((_, at) => naive(rest, text.slice(at))) || naive(rest, []);
  return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1));
}

test('it fits when one of all ways does', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '?', '*', '\u{1f600}'), { maxLength: 9 });
  const text = fc.array(fc.constantFrom('a', 'b', '\u{1f600}', '/'), { maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (one, other) => {
      assert.equal(globMatch(one.join(''))(other.join('')), naive(one, other));
    }),
    { numRuns: 2000 },
  );
});

test('long patterns that come from the text fit it, and stop to when one character of it is another', () => {
  const letters = fc.array(fc.constantFrom<string>('a', 'b'), { minLength: 1, maxLength: 200 });
  const cut = fc.tuple(letters, fc.infiniteStream(fc.constantFrom('same', 'any', 'star', 'same')), fc.nat());
  fc.assert(
    fc.property(cut, ([text, ways, at]) => {
      const pattern = text.map((letter) => {
        const way = ways.next().value as string;
        return way === 'same' ? letter : way === 'any' ? '?' : `*${letter}`;
      });
      assert.equal(globMatch(pattern.join(''))(text.join('')), true);
      const changed = text.with(at % text.length, 'c');
      const letter = pattern[at % text.length];
      if (!pattern.join('').includes('*')) {
        assert.equal(globMatch(pattern.join(''))(changed.join('')), letter === '?');
      }
    }),
  );
});

test('the text is read once, whatever the pattern', () => {
  let read = 0;
  const counted = function* (text: string): Generator<string> {
    for (const character of text) {
      read++;
      yield character;
    }
  };
  const text = 'a'.repeat(1024);
  const hostile = [
    ['a*'.repeat(5000), 'a'.repeat(500), false],
    ['*a'.repeat(500) + '*b', text, false],
    [`*${'a'.repeat(500)}b${'*'.repeat(9000)}`, text, false],
    ['*?'.repeat(5000), text, false],
    ['*'.repeat(10_000), text, true],
    ['?*'.repeat(1024) + '*'.repeat(8000), text, true],
  ] as const;
  for (const [pattern, one, fits] of hostile) {
    read = 0;
    assert.equal(globMatch(pattern)(counted(one)), fits, pattern.slice(0, 10));
    assert.equal(read, one.length);
  }
});

test('a text that can fit no more is not read to its end', () => {
  let read = 0;
  const endless = function* (): Generator<string> {
    for (;;) {
      read++;
      yield 'b';
    }
  };
  assert.equal(globMatch('a*')(endless()), false);
  assert.equal(globMatch('???')(endless()), false);
  assert.equal(read, 1 + 4);
});
