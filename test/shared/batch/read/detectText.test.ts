import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect } from '../../../../shared/batch/job.js';
import { utf8 } from '../../../support/bytes.js';
import { column } from '../../../support/signatures.js';
import { detect, hpWt, plainText, refuses, utf16, type Facts } from './detecting.js';

/** What stands behind `dataStart`. */
const data = (text: string, facts: Facts = {}) => {
  const bytes = utf8(text);
  return new TextDecoder().decode(bytes.subarray(detect(bytes, facts).dataStart));
};

test('a plain CSV with header', () => {
  assert.deepEqual(detect('hp,wt\n1,2\n'), {
    format: 'csv',
    text: plainText,
    header: ['hp', 'wt'],
    dataStart: 6,
    needsRewrite: false,
  });
});

test('the data begin behind the header, whatever ends its line', () => {
  for (const newline of ['\n', '\r\n', '\r']) {
    assert.equal(data(`hp,wt${newline}1,2${newline}`), `1,2${newline}`);
    assert.equal(detect(`hp,wt${newline}1,2${newline}`).text.newline, newline === '\r' ? 'cr' : 'lf');
  }
  assert.equal(data('\n\n"hp","wt"\n1,2'), '1,2');
  assert.equal(data('\ufeffhp,wt\n1,2'), '1,2');
  assert.equal(data('"h\np",hp,wt\n1,2'), '1,2');
});

test('a text without rows is no fault', () => {
  for (const text of ['', '\n\n', '\ufeff']) assert.deepEqual(detect(text).header, [], JSON.stringify(text));
  assert.deepEqual(detect('hp,wt').header, ['hp', 'wt']);
  assert.equal(data('hp,wt'), '');
  assert.equal(data('hp,wt\n'), '');
  assert.deepEqual(detect('', { dialect: { columns: ['hp', 'wt'], header: false } }).header, ['hp', 'wt']);
  assert.equal(detect('', { name: 'x.jsonl' }).format, 'jsonLines');
  assert.equal(detect(' ', { dialect: { format: 'jsonArray' } }).format, 'jsonArray');
});

test('the delimiter is the one under which the header has most of the wanted names', () => {
  for (const delimiter of [',', ';', '\t', '|', ':']) {
    const found = detect(`id${delimiter}hp${delimiter}wt\n1${delimiter}2${delimiter}3\n`);
    assert.equal(found.text.delimiter, delimiter.charCodeAt(0));
    assert.deepEqual(found.header, ['id', 'hp', 'wt']);
    assert.equal(found.format, delimiter === '\t' ? 'tsv' : 'csv');
  }
  assert.deepEqual(detect('"a,b,c";hp;wt\n"1,2,3";1;2').header, ['a,b,c', 'hp', 'wt']);
  assert.deepEqual(detect('hp\twt\n1,5\t2,5', { name: 'x.csv' }).format, 'tsv');
});

test('without names in sight, the delimiter that gives as many cells as the model has columns', () => {
  const models = [[column('a', 'character'), column('b', 'character')]];
  const found = detect('1,5;2,5\n3,5;4,5\n', { models, dialect: { header: false } });
  assert.equal(found.text.delimiter, 0x3b);
  assert.equal(detect('1\t2\n3\t4\n').text.delimiter, 0x09);
  assert.equal(detect('hp\n1', { models: [[column('hp')]] }).text.delimiter, 0x2c);
});

test('what was said of the dialect is not guessed', () => {
  const found = detect('hp;wt|x\n', { dialect: { delimiter: '|', quote: null }, models: [[column('x')]] });
  assert.deepEqual(found.header, ['hp;wt', 'x']);
  assert.deepEqual(found.text, { encoding: 'utf-8', delimiter: 0x7c, quote: -1, newline: 'lf' });
  assert.deepEqual(detect("'hp','w,t'\n", { dialect: { quote: "'" }, models: [[column('hp')]] }).header, [
    'hp',
    'w,t',
  ]);
  assert.equal(detect('hp\twt\n', { dialect: { format: 'tsv' } }).format, 'tsv');
  refuses('hp,wt\n', 'JOB_COLUMNS', /missing columns 'hp', 'wt'/, { dialect: { format: 'tsv' } });
});

test('names that match in another letter case or order are a header', () => {
  assert.deepEqual(detect('WT, Hp \n1,2').header, ['WT', ' Hp ']);
  assert.equal(data('WT, Hp \n1,2'), '1,2');
});

test('a first record of numbers, as many as the model has columns, is no header', () => {
  for (const text of ['1,2\n3,4', '-1.5e3,.5\n', '1,\n', 'NaN,1\n', '"1","2"\n']) {
    assert.deepEqual(detect(text).header, ['hp', 'wt'], text);
    assert.equal(data(text), text);
  }
  const mixed = [column('town', 'character'), column('hp'), column('ok', 'logical')];
  assert.equal(data('Rome,1,true\n', { models: [mixed] }), 'Rome,1,true\n');
  assert.equal(data('\ufeff1,2\n'), '1,2\n');
});

test('a long first cell costs linear time', () => {
  // with backtracking over the digits this would take many minutes
  const text = `${'1'.repeat(900_000)}x,2\n`;
  refuses(text, 'JOB_COLUMNS', /missing columns/);
});

test('names that are numbers are a header all the same', () => {
  assert.equal(data('0,1\n2,3\n', { models: [[column('0'), column('1')]] }), '2,3\n');
});

test('a first record that is neither is a header whose missing names are told', () => {
  refuses(
    'power,weight\n1,2',
    'JOB_COLUMNS',
    /'data': missing columns 'hp', 'wt'; the input has 'power', 'weight'$/,
  );
  refuses('1,2,3\n', 'JOB_COLUMNS', /missing columns 'hp', 'wt'/);
  const towns = [column('a', 'character'), column('b', 'character')];
  refuses('x,y\n', 'JOB_COLUMNS', /missing columns 'a', 'b'/, { models: [towns] });
});

test('whether there is a header can be said', () => {
  refuses('1,2\n3,4', 'JOB_COLUMNS', /missing columns 'hp', 'wt'/, { dialect: { header: true } });
  assert.equal(data('hp,wt\n1,2', { dialect: { header: false } }), 'hp,wt\n1,2');
  const columns = ['wt', 'id', 'hp'];
  const found = detect('1,2,3\n', { dialect: { header: false, columns } });
  assert.deepEqual([found.header, found.dataStart], [columns, 0]);
  refuses('1,2\n', 'JOB_COLUMNS', /missing column 'wt'/, {
    dialect: { header: false, columns: ['hp', 'x'] },
  });
});

test('without header, cells must be as many as columns in some record', () => {
  refuses('1,2,3\n4,5,6', 'JOB_COLUMNS', /expected 2 columns, got 3/, { dialect: { header: false } });
  assert.deepEqual(detect('1,2,3\n4,5\n', { dialect: { header: false } }).header, ['hp', 'wt']);
  const models = [hpWt, [column('wt')]];
  refuses('1,2\n', 'JOB_COLUMNS', /models have different columns/, { models, dialect: { header: false } });
  assert.deepEqual(detect('1,2\n', { models: [hpWt, hpWt], dialect: { header: false } }).header, [
    'hp',
    'wt',
  ]);
});

test('all missing columns of all models are told, those with a default may be missing', () => {
  const models = [
    [column('a'), column('hp'), column('d', 'numeric', { default: 0 })],
    [column('b'), column('n', 'numeric', { nullable: true })],
  ];
  refuses('hp,x\n1,2', 'JOB_COLUMNS', /missing columns 'a', 'b', 'n', 'id', 'k'; /, {
    models,
    modelColumn: 'id',
    join: ['k', 'x'],
  });
  assert.deepEqual(
    detect('hp\n1', { models: [[column('hp'), column('d', 'numeric', { default: 0 })]], join: '*' }).header,
    ['hp'],
  );
});

test('wanted names that stand twice are told, others do not matter', () => {
  refuses('hp,wt,hp\n', 'JOB_COLUMNS', /the header has 'hp' more than once/);
  refuses('hp,wt,k,k\n', 'JOB_COLUMNS', /the header has 'k' more than once/, { join: ['k'] });
  assert.deepEqual(detect('hp,wt,x,x,,\n').header, ['hp', 'wt', 'x', 'x', '', '']);
});

test('UTF-16 is known by its byte order mark or because it was said', () => {
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    const found = detect(utf16('hp;wt;π\r\n1;2;3', encoding));
    assert.deepEqual(found.header, ['hp', 'wt', 'π']);
    assert.deepEqual(found.text, { encoding, delimiter: 0x3b, quote: 0x22, newline: 'lf' });
    assert.equal(found.dataStart, 2 + 2 * 'hp;wt;π\r\n'.length);
    const said = detect(utf16('hp,wt\n', encoding, false), { dialect: { encoding } });
    assert.equal(said.dataStart, 12);
  }
});

test('encodings that contradict what was said, or that nobody reads, are refused', () => {
  refuses(
    utf16('hp,wt', 'utf-16le'),
    'JOB_INPUT_ENCODING',
    /expected UTF-8, got a byte order mark of UTF-16LE/,
    { dialect: { encoding: 'utf-8' } },
  );
  refuses('\ufeffhp,wt', 'JOB_INPUT_ENCODING', /mark of UTF-8/, { dialect: { encoding: 'utf-16be' } });
  refuses(new Uint8Array([0xff, 0xfe, 0, 0, 0x68, 0, 0, 0]), 'JOB_INPUT_ENCODING', /UTF-32/);
  refuses(
    new Uint8Array([0x68, 0x70, 0x2c, 0x77, 0x74, 0x2c, 0xe9, 0x0a]),
    'JOB_INPUT_ENCODING',
    /header in UTF-8/,
  );
  refuses(utf16('hp,wt\n', 'utf-16be', false), 'JOB_INPUT_FORMAT', /UTF-16 without a byte order mark/);
});

test('files that are no table are refused by what they look like', () => {
  const table: [string, RegExp][] = [
    ['\x89PNG\r\n\x1a\n', /got a PNG image/],
    ['\xff\xd8\xff\xe0', /a JPEG image/],
    ['%PDF-1.7', /a PDF document/],
    ['PK\x03\x04\x14', /a ZIP archive/],
    ['\x1f\x8b\x08', /gzip/],
    ['PAR1\x15', /Parquet/],
    ['<!DOCTYPE html><html>', /a web page/],
    ['\n  <HTML lang="en">', /a web page/],
    ['<?xml version="1.0"?><Error/>', /XML/],
    ['hp,wt\n1,\x00', /binary data/],
    [`hp,wt\n${'\x01\x02x'.repeat(100)}`, /binary data/],
  ];
  for (const [text, message] of table) {
    refuses(new Uint8Array(Buffer.from(text, 'latin1')), 'JOB_INPUT_FORMAT', message);
  }
  assert.equal(data('hp,wt\n1,\x01'), '1,\x01');
});

test('a first record that does not end within the head is refused', () => {
  refuses('hp,wt', 'JOB_RECORD_TOO_LONG', /does not end within 5 bytes/, { isWhole: false });
  refuses('hp,"wt\n1,2', 'JOB_QUOTE_UNCLOSED', /no closing quote/);
  assert.deepEqual(detect('hp,wt\n1,"2\n', { isWhole: false }).header, ['hp', 'wt']);
  refuses('{"hp":1}\n{"wt', 'JOB_COLUMNS', /missing column 'wt'/, { isWhole: false });
});

test('dialects that the byte scanner does not take are marked, and their header is found all the same', () => {
  const rewritten = (text: string, dialect: Dialect, isWhole = true) => {
    const found = detect(text, { dialect, isWhole });
    assert.equal(found.needsRewrite, true);
    assert.deepEqual(found.header?.slice(0, 2), ['hp', 'wt'], text);
    return new TextDecoder().decode(utf8(text).subarray(found.dataStart));
  };
  assert.equal(rewritten('# hi, there\nhp,wt\n1,2\n', { comment: '#' }), '1,2\n');
  assert.equal(rewritten('\ufeff# é\r\nhp;wt\r\n1;2\r\n', { comment: '#' }), '1;2\r\n');
  assert.equal(rewritten('hp,wt,"a\\"b"\n1,2,3', { escape: '\\' }), '1,2,3');
  assert.equal(rewritten('hp§wt\n1§2', { delimiter: '§' }), '1§2');
  assert.equal(rewritten('hp,wt\n1,"\\"\n', { escape: '\\' }, false), '1,"\\"\n');
  assert.equal(data('1,2\n', { dialect: { comment: '#' } }), '1,2\n');
  refuses('hp,"wt\n', 'JOB_QUOTE_UNCLOSED', /no closing quote/, { dialect: { escape: '\\' } });
  const wide = detect(utf16('# π\nhp,wt\n1,2', 'utf-16be'), { dialect: { comment: '#' } });
  assert.equal(wide.dataStart, 2 + 2 * '# π\nhp,wt\n'.length);
});
