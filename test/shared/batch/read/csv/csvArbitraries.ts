import { fc } from '../../../../support/property.js';

/** Texts of the characters that matter to the grammar, so that every case comes up: nothing about them is well-formed. */
export function looseText(characters: readonly string[], maxLength = 40): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { maxLength, size: 'max' }).map((parts) => parts.join(''));
}

/** Characters of loose texts: quotes and line ends of each kind, characters of one to four bytes. */
export const looseCharacters = [
  '"',
  '"',
  ',',
  ',',
  '\n',
  '\n',
  '\r\n',
  '\r',
  'a',
  'b c',
  'bad',
  '\t',
  'é',
  '€',
  '😀',
];

/** Well-formed records of `width` cells, quoted where they must be and sometimes where not. */
export function properText(width: number): fc.Arbitrary<string> {
  const cell = fc
    .tuple(looseText(looseCharacters, 6), fc.boolean())
    .map(([text, quoted]) => (quoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n');
  const record = fc
    .tuple(fc.array(cell, { minLength: width, maxLength: width }), lineEnd)
    .map(([cells, end]) => cells.join(',') + end);
  return fc
    .tuple(fc.array(record, { maxLength: 8, size: 'max' }), fc.boolean())
    .map(([records, endsInLine]) =>
      endsInLine ? records.join('') : records.join('').replace(/[\r\n]+$/, ''),
    );
}
