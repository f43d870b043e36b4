import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnpackPlan } from '../../../../shared/batch/unpack/unpackPlan.js';
import { firstRecords } from '../../../../shared/batch/read/csv/csvText.js';
import { utf8 } from '../../../support/bytes.js';
import { fc } from '../../../support/property.js';
import { commaText, planOf, sourceOf, unpackAll, unpackText } from './unpackAll.js';

type Dialect = NonNullable<UnpackPlan['dialect']>;

const rewritten = async (text: string | Uint8Array, dialect: Dialect, more: Partial<UnpackPlan> = {}) => {
  const { pieces, fault } = await unpackText(text, { dialect, ...more });
  assert.equal(fault, undefined);
  return Buffer.from(pieces.join(''), 'latin1').toString();
};

test('delimiters of several or other characters become commas', async () => {
  assert.equal(await rewritten('1||2,3||"a||b"\n||x|y||\n', { delimiter: '||' }), '1,"2,3",a||b\n,x|y,\n');
  assert.equal(await rewritten('1¦é¦"¦"\r\n2¦3¦4', { delimiter: '¦' }), '1,é,¦\n2,3,4\n');
});

test('an escape takes the meaning off a quote or of itself', async () => {
  const text = String.raw`"a\"b","c\\",d` + '\n';
  assert.equal(await rewritten(text, { escape: '\\' }), '"a""b",c\\,d\n');
});

test('other quotes become double ones where a cell needs them', async () => {
  const text = `'a,b';'it''s';"x"\n'line\nbreak';' ';\n`;
  assert.equal(
    await rewritten(text, { delimiter: ';', quote: "'" }),
    '"a,b",it\'s,"""x"""\n"line\nbreak", ,\n',
  );
  assert.equal(await rewritten('"a|b"\n', { delimiter: '|', quote: null }), '"""a","b"""\n');
});

test('comments and empty lines are left out, an empty cell alone is a record', async () => {
  assert.equal(await rewritten('# "x\n1,#2\n\n""\n#\n3,4#\n', { comment: '#' }), '1,#2\n""\n3,4#\n');
});

test('rows keep their number of cells, and bytes that are no UTF-8 stay', async () => {
  assert.equal(await rewritten('1|2|3\n4\n5|6|7|8\n', { delimiter: '|' }), '1,2,3\n4\n5,6,7,8\n');
  const bytes = Buffer.from([0x61, 0xff, 0x7c, 0x7c, 0xc3, 0x0a]);
  const { pieces } = await unpackText(bytes, { dialect: { delimiter: '||' } });
  assert.deepEqual(pieces, ['a\xff,\xc3\n']);
});

test('a quote that stays open keeps the records before it', async () => {
  const { pieces, fault } = await unpackText('1|2\n3|"4\n5|6\n', { dialect: { delimiter: '|' } });
  assert.deepEqual(pieces, ['1,2\n']);
  assert.equal(fault?.code, 'JOB_QUOTE_UNCLOSED');
  const long = `1|2\n3|"${'x'.repeat(50_000)}`;
  const limited = { dialect: { delimiter: '|' }, limits: { quotedBytes: 20_000 } };
  const early = await unpackText(long, limited);
  assert.deepEqual(early.pieces, ['1,2\n']);
  assert.deepEqual(early.fault, {
    code: 'JOB_QUOTE_UNCLOSED',
    message: 'a quoted cell has no closing quote, at byte 5 of the unpacked text',
  });
});

test('a record over the limit keeps the records before it', async () => {
  const limits = { recordBytes: 100 };
  const { pieces, fault } = await unpackText(`1|2\n${'3'.repeat(101)}|4\n`, {
    dialect: { delimiter: '|' },
    limits,
  });
  assert.deepEqual(pieces, ['1,2\n']);
  assert.equal(fault?.code, 'JOB_RECORD_TOO_LONG');
});

test('what is written reads as what was there, however the bytes come', async () => {
  const cell = fc.stringMatching(/^([ab,;"'\\#|\n]|é|😀)*$/u).map((text) => text.slice(0, 20));
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
  const escaped = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      async (rows, cut, pieceBytes) => {
        const text = rows.map((row) => `${row.map(escaped).join('||')}\n#'\n`).join('');
        const dialect = { delimiter: '||', quote: "'", escape: '\\', comment: '#' };
        const plan = planOf({ dialect, pieceBytes });
        const { pieces, fault } = await unpackAll(sourceOf(utf8(text), cut), plan);
        assert.equal(fault, undefined);
        const read = (piece: string) => [
          ...firstRecords(new Uint8Array(Buffer.from(piece, 'latin1')), commaText, Infinity),
        ];
        assert.deepEqual(pieces.flatMap(read), rows);
        assert.deepEqual((await unpackAll(sourceOf(utf8(text)), plan)).pieces, pieces);
      },
    ),
    { numRuns: 300 },
  );
});
