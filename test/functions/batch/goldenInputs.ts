import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { projectRoot } from '../../support/project.js';
import { utf8 } from '../../support/bytes.js';
import { writtenFile } from '../../shared/batch/read/parquet/writtenFile.js';

/** What becomes of an input: the fault of a failed job, or the answers and error rows of a complete one. */
export type Golden =
  | { readonly fault: string; readonly says?: RegExp }
  | {
      /** Answers of the rows that succeed, in order; their number where only that counts. */
      readonly rows: readonly unknown[] | number;
      /** `row code` or `row code column` of the others. */
      readonly errors?: readonly string[];
    };

/** A bad or odd input: what it is, its bytes, what becomes of it, and the query beyond `service=`. */
export type GoldenRow = readonly [
  what: string,
  body: string | Uint8Array | (() => Uint8Array | Promise<Uint8Array>),
  expected: Golden,
  query?: string,
];

/** The same cars under every disguise: `hp` 1 and 3 with `wt` 2 and 4. */
export const plain = 'hp,wt\n1,2\n3,4\n';

const utf16 = (text: string, order: 'le' | 'be', mark: boolean): Uint8Array => {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

const both: Golden = { rows: 2 };
const none: Golden = { rows: [] };

/** Encodings, line ends and quotes; model `cars`. */
export const textRows: readonly GoldenRow[] = [
  ['one byte', 'h', { fault: 'JOB_COLUMNS', says: /'hp', 'wt'/ }],
  ['line ends alone', '\n\r\n\n', none],
  ['a byte order mark alone', '\ufeff', none],
  ['a header alone', 'hp,wt\n', none],
  ['a header alone without line end', 'hp,wt', none],
  ['a byte order mark of UTF-8', `\ufeff${plain}`, both],
  ['UTF-16 LE with mark', utf16(plain, 'le', true), both],
  ['UTF-16 BE with mark', utf16(plain, 'be', true), both],
  ['UTF-16 LE without mark', utf16(plain, 'le', false), { fault: 'JOB_INPUT_FORMAT', says: /UTF-16/ }],
  ['UTF-16 LE without mark, declared', utf16(plain, 'le', false), both, '&encoding=utf-16le'],
  [
    'UTF-16 BE against what was declared',
    utf16(plain, 'be', true),
    { fault: 'JOB_INPUT_ENCODING' },
    '&encoding=utf-16le',
  ],
  [
    'UTF-32 with mark',
    Uint8Array.of(0xff, 0xfe, 0, 0, 0x68, 0, 0, 0),
    { fault: 'JOB_INPUT_ENCODING', says: /UTF-32/ },
  ],
  ['CRLF', plain.replaceAll('\n', '\r\n'), both],
  ['lone CR', plain.replaceAll('\n', '\r'), both],
  ['mixed line ends', 'hp,wt\r\n1,2\r3,4\n', both],
  ['no final line end', plain.trimEnd(), both],
  ['empty lines between', 'hp,wt\n\n1,2\n\r\n\n3,4\n\n', both],
  ['a line of blanks', 'hp,wt\n1,2\n   \n3,4\n', { rows: 2, errors: ['1 ROW_WIDTH'] }],
  ['quoted cells', '"hp","wt"\n"1","2"\n"3","4"\n', both],
  ['a quoted comma in another column', 'hp,name,wt\n1,"a, b",2\n3,c,4\n', both],
  ['a quoted line end in another column', 'hp,name,wt\n1,"a\nb",2\n3,"c\r\nd",4\n', both],
  ['doubled quotes', 'hp,name,wt\n1,"say ""a, b""",2\n3,"""",4\n', both],
  ['a quote within a bare cell', 'hp,name,wt\n1,5" disk,2\n3,a"b"c,4\n', both],
  ['text behind a closing quote', 'hp,name,wt\n1,"a"b,2\n3,c,4\n', { rows: 1, errors: ['0 ROW_QUOTE'] }],
  [
    'an unclosed quote',
    'hp,name,wt\n1,a,2\n3,"b,4\n5,c,6\n',
    { fault: 'JOB_QUOTE_UNCLOSED', says: /^input 'body': .*byte 19$/ },
  ],
  ['an unclosed quote with quotes off', 'hp,name,wt\n1,"a,2\n3,b,4\n', both, '&quote='],
  [
    'more than 1 MiB in quotes',
    () => utf8(`hp,name,wt\n1,"${'a'.repeat(2 ** 20 + 1)}",2\n`),
    { fault: 'JOB_QUOTE_UNCLOSED', says: /^input 'body': .*byte 13$/ },
  ],
  ['a bare cell of 10 MB', () => utf8(`hp,name,wt\n1,${'a'.repeat(1e7)},2\n3,b,4\n`), both],
  [
    'a record of 17 MB',
    () => utf8(`hp,name,wt\n1,${'a'.repeat(17 * 2 ** 20)},2\n`),
    { fault: 'JOB_RECORD_TOO_LONG' },
  ],
];

/** Headers and widths; model `cars`. */
export const columnRows: readonly GoldenRow[] = [
  [
    'a missing column',
    'hp,x\n1,2\n',
    { fault: 'JOB_COLUMNS', says: /missing column 'wt'; the input has 'hp', 'x'/ },
  ],
  ['all columns missing', 'a,b\n1,2\n', { fault: 'JOB_COLUMNS', says: /missing columns 'hp', 'wt'/ }],
  ['a wanted column twice', 'hp,wt,hp\n1,2,3\n', { fault: 'JOB_COLUMNS', says: /'hp' more than once/ }],
  ['another column twice', 'hp,x,wt,x\n1,0,2,0\n3,0,4,0\n', both],
  ['columns in another order', 'wt,hp\n2,1\n4,3\n', both],
  ['other letter case and blanks', ' HP , Wt\n1,2\n3,4\n', both],
  ['two columns in other letter case', 'HP,Hp,wt\n1,1,2\n', { fault: 'JOB_COLUMNS' }],
  ['no header', '1,2\n3,4\n', both],
  ['further columns', 'a,hp,b,wt,c\nx,1,x,2,x\nx,3,x,4,x\n', both],
  [
    'rows that are too short and too long',
    'hp,wt\n1,2\n1\n1,2,3\n3,4\n',
    { rows: 2, errors: ['1 ROW_WIDTH', '2 ROW_WIDTH'] },
  ],
  ['100,000 columns', () => wide(100_000), { rows: 1 }],
  ['100,001 columns', () => wide(100_001), { fault: 'JOB_RECORD_TOO_LONG', says: /100,?000/ }],
  ['a join of a column that is not there', plain, { fault: 'JOB_COLUMNS', says: /'nope'/ }, '&join=nope'],
];

function wide(columns: number): Uint8Array {
  const names = Array.from({ length: columns - 2 }, (_, i) => `c${i}`);
  return utf8(`hp,wt,${names.join(',')}\n1,2${',0'.repeat(columns - 2)}\n`);
}

/** What is no table at all, or a broken one; model `cars`. */
export const otherFileRows: readonly GoldenRow[] = [
  [
    'a PNG image',
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0),
    { fault: 'JOB_INPUT_FORMAT', says: /PNG/ },
  ],
  ['a PDF document', '%PDF-1.7\n1 0 obj\n', { fault: 'JOB_INPUT_FORMAT', says: /PDF/ }],
  [
    'a web page',
    '<!DOCTYPE html>\n<html><body>Sign in</body></html>',
    { fault: 'JOB_INPUT_FORMAT', says: /HTML/ },
  ],
  ['a ZIP archive', 'PK\x03\x04aaaa', { fault: 'JOB_INPUT_FORMAT', says: /ZIP/ }],
  ['NUL in the first bytes', 'hp,wt\n1,2\0\n', { fault: 'JOB_INPUT_FORMAT' }],
  ['gzip within a CSV', () => gzipSync(plain), { fault: 'JOB_INPUT_FORMAT' }, '&gzip=false'],
];

/** Compressed texts; format gzip. */
export const gzipRows: readonly GoldenRow[] = [
  ['gzip', () => gzipSync(plain), both],
  ['gzip of two members', () => Buffer.concat([gzipSync('hp,wt\n1,2\n'), gzipSync('3,4\n')]), both],
  ['no gzip', plain, { fault: 'JOB_INPUT_FORMAT' }],
  [
    'gzip in gzip',
    () => gzipSync(gzipSync(plain)),
    { fault: 'JOB_INPUT_FORMAT', says: /^input 'body': .*gzip again/ },
  ],
  [
    'a cut gzip',
    () => gzipSync(plain).subarray(0, -9),
    { fault: 'JOB_INPUT_FORMAT', says: /^input 'body': .*cut/ },
  ],
  ['damaged gzip', () => damaged(gzipSync(plain)), { fault: 'JOB_INPUT_FORMAT' }],
  ['a gzip bomb', () => gzipSync(Buffer.alloc(48 * 2 ** 20, 'hp,wt\n1,2\n')), { fault: 'JOB_INPUT_BOMB' }],
];

function damaged(bytes: Uint8Array): Uint8Array {
  bytes[12] = (bytes[12] ?? 0) ^ 0xff;
  return bytes;
}

const parquetFile = (name: string) =>
  readFileSync(path.join(projectRoot, 'test/shared/batch/read/parquet/fixtures', `${name}.parquet`));

const carsParquet = () =>
  writtenFile([
    { name: 'hp', type: 'DOUBLE', data: [1, 3] },
    { name: 'wt', type: 'DOUBLE', data: [2, 4] },
  ]);

/** Parquet files; model `cars`. */
export const parquetRows: readonly GoldenRow[] = [
  ['Parquet', carsParquet, both],
  ['no Parquet at all', plain, { fault: 'JOB_INPUT_FORMAT', says: /Parquet/ }],
  [
    'Parquet without its end',
    async () => (await carsParquet()).subarray(0, -20),
    { fault: 'JOB_INPUT_FORMAT' },
  ],
  ['Parquet of 4 bytes', utf8('PAR1'), { fault: 'JOB_INPUT_FORMAT' }],
  [
    'Parquet with a footer length beyond the file',
    async () => longFooter(await carsParquet()),
    { fault: 'JOB_INPUT_FORMAT' },
  ],
  ['Parquet with other columns', () => parquetFile('snappy'), { fault: 'JOB_COLUMNS', says: /'hp', 'wt'/ }],
  [
    'Parquet with a nested column that is joined',
    () => parquetFile('nested'),
    { fault: 'JOB_INPUT_FORMAT' },
    '&join=*',
  ],
];

function longFooter(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  new DataView(bytes.buffer).setUint32(bytes.length - 8, 0x7fffffff, true);
  return bytes;
}
