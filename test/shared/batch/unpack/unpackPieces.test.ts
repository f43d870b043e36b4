import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpackPieces } from '../../../../shared/batch/unpack/unpackPieces.js';
import { pieceLayout } from '../../../../shared/batch/unpack/unpackPlan.js';
import { utf8 } from '../../../support/bytes.js';
import { commaText, planOf, sourceOf, unpackText } from './unpackAll.js';

test('a piece ends with the record that makes it long enough', async () => {
  const text = '1,2\n3,4\n"5\n",6\n7,8';
  assert.deepEqual(await unpackText(text, { pieceBytes: 1 }), {
    pieces: ['1,2\n', '3,4\n', '"5\n",6\n', '7,8'],
  });
  assert.deepEqual(await unpackText(text, { pieceBytes: 8 }), { pieces: ['1,2\n3,4\n', '"5\n",6\n7,8'] });
  assert.deepEqual(await unpackText(text, { pieceBytes: 9 }), { pieces: ['1,2\n3,4\n"5\n",6\n', '7,8'] });
  assert.deepEqual(await unpackText(text, { pieceBytes: 100, gzip: true }), { pieces: [text] });
});

test('quotes hold a record together only where a cell begins', async () => {
  const cases: [string, string[]][] = [
    ['a"b\nc"d\n', ['a"b\n', 'c"d\n']],
    ['"a""\n",1\nb\n', ['"a""\n",1\n', 'b\n']],
    // text behind a closing quote is plain, and a quote in it opens nothing
    ['"a"b"\nc\n', ['"a"b"\n', 'c\n']],
    ['"a","\n"\r\n"b"\r\n', ['"a","\n"\r\n', '"b"\r\n']],
    ['x,"\n\n",\n', ['x,"\n\n",\n']],
    // a lone CR ends a record too, so that a quote opens behind it
    ['a\r"b\n"\nc\n', ['a\r"b\n"\n', 'c\n']],
    // what is open at the end is left to the reader
    ['1\n"a\nb\n', ['1\n', '"a\nb\n']],
  ];
  for (const [text, pieces] of cases)
    assert.deepEqual(await unpackText(text, { pieceBytes: 1 }), { pieces }, text);
  const noQuote = { ...commaText, quote: -1 };
  assert.deepEqual((await unpackText('"a\nb"\n', { pieceBytes: 1, text: noQuote })).pieces, ['"a\n', 'b"\n']);
  const cr = { ...commaText, newline: 'cr' as const };
  assert.deepEqual((await unpackText('a\r"\r"\rb', { pieceBytes: 1, text: cr })).pieces, [
    'a\r',
    '"\r"\r',
    'b',
  ]);
});

test('JSON Lines end at line feeds, whatever quotes they have', async () => {
  const text = '{"a":"x"}\n["\n\n{"b":1}';
  assert.deepEqual((await unpackText(text, { format: 'jsonLines', pieceBytes: 1 })).pieces, [
    '{"a":"x"}\n',
    '["\n',
    '\n',
    '{"b":1}',
  ]);
});

test('what is skipped is in no piece, and a text without records has none', async () => {
  assert.deepEqual((await unpackText('\ufeffa,b\n1,2\n', { skipBytes: 7, gzip: true })).pieces, ['1,2\n']);
  assert.deepEqual(await unpackText('a,b\n', { skipBytes: 4 }), { pieces: [] });
  assert.deepEqual(await unpackText('', { gzip: true }), { pieces: [] });
});

test('UTF-16 becomes UTF-8, what is none stays none', async () => {
  const text = Buffer.from('\ufeffäਊ,😀\n\ud800,x\n\udc00', 'utf16le');
  const pieces = ['äਊ,😀\n', '\xed\xa0\x80,x\n', '\xed\xb0\x80'].map((piece, i) =>
    i === 0 ? Buffer.from(piece).toString('latin1') : piece,
  );
  const given = { skipBytes: 2, pieceBytes: 1 };
  const le = { ...commaText, encoding: 'utf-16le' as const };
  assert.deepEqual(await unpackText(text, { ...given, text: le }), { pieces });
  const be = { ...commaText, encoding: 'utf-16be' as const };
  assert.deepEqual(await unpackText(Buffer.from(text).swap16(), { ...given, text: be }), { pieces });
  const half = await unpackText(text.subarray(0, 5), { ...given, text: le });
  assert.deepEqual(half, { pieces: ['\xc3\xa4\xff'] });
});

test('the layout of the pieces says what became of the text', () => {
  const text = { encoding: 'utf-16le', delimiter: 0x3b, quote: 0x27, newline: 'cr' } as const;
  const asUtf8 = { ...text, encoding: 'utf-8' };
  assert.deepEqual(pieceLayout({ format: 'tsv', text }), { format: 'csv', text: asUtf8 });
  assert.deepEqual(pieceLayout({ format: 'jsonLines', text }), { format: 'jsonLines', text: asUtf8 });
  const lines = pieceLayout({ format: 'jsonArray', text });
  assert.deepEqual([lines.format, lines.text.newline, lines.text.encoding], ['jsonLines', 'lf', 'utf-8']);
  assert.deepEqual(pieceLayout({ format: 'csv', text, dialect: {} }), { format: 'csv', text: commaText });
});

test('a record over the limit ends the pieces behind the records before it', async () => {
  const limits = { recordBytes: 10, quotedBytes: 5 };
  const message = 'a record is over the limit of 10 bytes, at byte 6 of the unpacked text';
  for (const format of ['csv', 'jsonLines'] as const) {
    for (const rest of ['', '\n', '\n1\n']) {
      const unpacked = await unpackText(`h\n1,2\n${'3'.repeat(11)}${rest}`, { format, limits, skipBytes: 2 });
      assert.deepEqual(unpacked, { pieces: ['1,2\n'], fault: { code: 'JOB_RECORD_TOO_LONG', message } });
    }
    assert.equal(
      (await unpackText(`${'3'.repeat(10)}\n${'4'.repeat(10)}`, { format, limits })).fault,
      undefined,
    );
  }
});

test('a quote that stays open too long is told with its place', async () => {
  const limits = { recordBytes: 100, quotedBytes: 5 };
  const message = 'a quoted cell has no closing quote within 5 bytes, at byte 6 of the unpacked text';
  const fault = { code: 'JOB_QUOTE_UNCLOSED', message };
  for (const text of [
    '1,2\n3,"abcdef',
    '1,2\n3,"abc\n\ndefgh\n4\n',
    '1,2\n3,"abcdef"\n4\n',
    '1,2\n3,"ab""cd"\n',
  ]) {
    assert.deepEqual(await unpackText(text, { limits, pieceBytes: 100 }), { pieces: ['1,2\n'], fault }, text);
  }
  const fits = '"abcde"\n"a""c\n"\n"abcde';
  assert.deepEqual(await unpackText(fits, { limits, pieceBytes: 100 }), { pieces: [fits] });
});

test('an error of the source passes, without a last piece', async () => {
  async function* failing() {
    yield* sourceOf(utf8('1\n22\n333\n'));
    throw new Error('storage is away');
  }
  for (const gzip of [false, true]) {
    const pieces: string[] = [];
    await assert.rejects(
      async () => {
        // the head of a gzip, of which nothing can be inflated yet
        const source = gzip ? failingGzip() : failing();
        for await (const { bytes } of unpackPieces(source, planOf({ gzip, pieceBytes: 4 }))) {
          pieces.push(Buffer.from(bytes).toString());
        }
      },
      { message: 'storage is away' },
    );
    assert.deepEqual(pieces, gzip ? [] : ['1\n22\n', '333\n']);
  }
  async function* failingGzip() {
    yield await Promise.resolve(new Uint8Array([0x1f, 0x8b, 8]));
    throw new Error('storage is away');
  }
});

test('other work of the thread gets its turn every quarter of a MiB', async () => {
  const text = utf8('1,2\n'.repeat(2 ** 20));
  for (const plan of [planOf({ pieceBytes: 2 ** 30 }), planOf({ dialect: { comment: '#' } })]) {
    let turns = 0;
    const count = () => {
      turns++;
      turn = setImmediate(count);
    };
    let turn = setImmediate(count);
    for await (const { bytes } of unpackPieces(sourceOf(text.subarray(0, 2 ** 21)), plan)) {
      assert.ok(bytes.length > 0);
    }
    clearImmediate(turn);
    assert.ok(turns >= 8, `${turns} turns`);
  }
});

test('a source that is not needed any more is closed', async () => {
  for (const gzip of [false, true]) {
    const seen = { closed: false };
    async function* endless() {
      try {
        const { gzipSync } = await import('node:zlib');
        const bytes = gzip ? gzipSync('1,2\n'.repeat(1000)) : utf8('1,2\n'.repeat(1000));
        for (;;) yield bytes;
      } finally {
        seen.closed = true;
      }
    }
    for await (const { bytes } of unpackPieces(endless(), planOf({ gzip, pieceBytes: 4000 }))) {
      assert.equal(bytes.length, 4000);
      break;
    }
    // a stream ends its source after it was closed itself
    for (let turn = 0; turn < 100 && !seen.closed; turn++) await new Promise(setImmediate);
    assert.ok(seen.closed);
  }
});
