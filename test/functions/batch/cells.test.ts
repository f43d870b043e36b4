import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parseExact } from '../../support/bytes.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import type { ShownRow } from './jobClient.js';

const file = fileCleanUp();
let app: BatchApp;

const columns = 'bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 fp16 fp32 fp64 string'.split(' ');
type Column = string;

/**
 * What a cell becomes: the value of the result, or the code of its error row. Columns of fractions are nullable in a
 * model without model.json, and the NaN that stands for a missing value is null in JSON.
 */
const cells: readonly (readonly [Column, string, unknown])[] = [
  ['fp64', '1', 1],
  ['fp64', ' 1 ', 1],
  ['fp64', '+1', 1],
  ['fp64', '007', 7],
  ['fp64', '.5', 0.5],
  ['fp64', '5.', 5],
  ['fp64', '1e3', 1000],
  ['fp64', '-1.5E-7', -1.5e-7],
  ['fp64', '"12"', 12],
  ['fp64', '-0', -0],
  ['fp64', '0.1', 0.1],
  ['fp32', '0.1', 0.1],
  ['fp64', '1e309', 'ROW_VALUE'],
  ['fp32', '1e39', 'ROW_VALUE'],
  ['fp16', '70000', 'ROW_VALUE'],
  ['uint8', '300', 'ROW_VALUE'],
  ['fp64', '', null],
  ['int32', '', 'ROW_MISSING'],
  ['fp64', '""', null],
  ['int32', '""', 'ROW_MISSING'],
  ['fp64', '  ', null],
  ['int32', '  ', 'ROW_MISSING'],
  ['fp64', 'NaN', null],
  ['int32', 'NaN', 'ROW_MISSING'],
  ['fp64', 'nan', null],
  ['int32', 'nan', 'ROW_MISSING'],
  ['fp64', 'Infinity', 'ROW_VALUE'],
  ['fp64', '-inf', 'ROW_VALUE'],
  ['fp64', '0x10', 'ROW_VALUE'],
  ['fp64', '1_000', 'ROW_VALUE'],
  ['fp64', '1.2.3', 'ROW_VALUE'],
  ['fp64', '"1,5"', 'ROW_VALUE'],
  ['fp64', 'NA', 'ROW_VALUE'],
  ['fp64', 'null', 'ROW_VALUE'],
  ['fp64', 'true', 'ROW_VALUE'],
  ['int32', '1.0', 1],
  ['int32', '1e3', 1000],
  ['int32', '1.5', 'ROW_VALUE'],
  ['int8', '-129', 'ROW_VALUE'],
  ['int64', '9007199254740993', 9007199254740993n],
  ['int64', '-9223372036854775808', -9223372036854775808n],
  ['int64', '9223372036854775808', 'ROW_VALUE'],
  ['int64', '9007199254740993.0', 'ROW_VALUE'],
  ['uint64', '18446744073709551615', 18446744073709551615n],
  ['uint64', '1e16', 'ROW_VALUE'],
  ['uint64', '-1', 'ROW_VALUE'],
  ['bool', 'TRUE', true],
  ['bool', '0', false],
  ['bool', '2', 'ROW_VALUE'],
  ['bool', 'yes', 'ROW_VALUE'],
  ['string', ' a ', ' a '],
  ['string', '12', '12'],
  ['string', '""', ''],
  ['string', '"a, ""b"""', 'a, "b"'],
  ['string', '"a\r\nb"', 'a\r\nb'],
  ['string', 'שלום \u202eabc', 'שלום \u202eabc'],
  ['string', '👩‍👩‍👧 😀', '👩‍👩‍👧 😀'],
  ['string', 'e\u0301 é', 'e\u0301 é'],
  ['string', '\ufeff', '\ufeff'],
  ['string', '=1+1', '=1+1'],
  ['string', '\ufffe\uffff', '\ufffe\uffff'],
];

/** Bytes of a cell of texts that are no good text, beside the cells above. */
const badTexts: readonly (readonly [string, readonly number[], string])[] = [
  ['a byte that is not UTF-8', [0x61, 0xff], 'ROW_ENCODING'],
  ['half a character', [0xe2, 0x82], 'ROW_ENCODING'],
  ['a lone surrogate', [0xed, 0xa0, 0x80], 'ROW_ENCODING'],
  ['an overlong slash', [0xc0, 0xaf], 'ROW_ENCODING'],
  ['NUL', [0x61, 0x00, 0x62], 'ROW_VALUE'],
];

const valueOf = new Map<Column, string>(columns.map((column) => [column, column === 'string' ? 's' : '1']));

function record(column: Column, cell: string): string {
  return columns.map((one) => (one === column ? cell : (valueOf.get(one) ?? ''))).join(',');
}

let rows: readonly ShownRow[];

before(async () => {
  app = await startBatchApp(file);
  const head = [columns.join(','), ...cells.map(([column, cell]) => record(column, cell)), ''].join('\n');
  const bad = badTexts.flatMap(([, bytes]) => [
    Buffer.from(record('', '').slice(0, -1)),
    Buffer.from(bytes),
    Buffer.from('\n'),
  ]);
  const id = await app.client.submit('service=types', 'text/csv', Buffer.concat([Buffer.from(head), ...bad]));
  const { counts } = await app.client.completed(id);
  assert.equal(counts.rows, cells.length + badTexts.length);
  assert.equal(counts.succeeded + counts.failed, counts.rows);
  const page = await app.client.get(`/jobs/${id}/results?from=0&count=1000`);
  ({ rows } = parseExact(page.text) as { rows: ShownRow[] });
});

for (const [at, [column, cell, expected]] of cells.entries()) {
  test(`${JSON.stringify(cell)} in ${column} is ${String(expected)}`, () => {
    const { row, outputs, error } = rows[at] ?? assert.fail();
    assert.equal(row, at);
    if (typeof expected === 'string' && expected.startsWith('ROW_')) {
      assert.deepEqual([error?.code, error?.column, error?.inputRow], [expected, column, at]);
      assert.equal(outputs, undefined);
      return;
    }
    const value = outputs?.[`${column}_out`];
    assert.ok(Object.is(value, expected), `got ${String(value)}, ${JSON.stringify(error)}`);
  });
}

for (const [at, [what, , code]] of badTexts.entries()) {
  test(`${what} in a column of texts is ${code}`, () => {
    const { error } = rows[cells.length + at] ?? assert.fail();
    assert.deepEqual([error?.code, error?.column], [code, 'string']);
  });
}

test('a lone surrogate in JSON is an error row, its neighbours are results', async () => {
  const base = Object.fromEntries(
    columns.map((column) => [column, column === 'string' ? 's' : column === 'bool' ? true : 1]),
  );
  const line = JSON.stringify(base);
  const body = [line, line.replace('"s"', '"\\ud800"'), line].join('\n');
  const id = await app.client.submit('service=types', 'application/jsonl', body);
  assert.deepEqual((await app.client.completed(id)).counts, { rows: 3, succeeded: 2, failed: 1 });
  const [error] = await app.client.errors(id);
  assert.deepEqual([error?.row, error?.column], [1, 'string']);
});

test('whole numbers beyond 2^53 are exact from every format to every format', async () => {
  const numbers = ['9007199254740993', '-9223372036854775808', '9223372036854775807', '0'];
  const inputs = [
    ['text/csv', `x\n${numbers.join('\n')}\n`],
    ['application/jsonl', numbers.map((x) => `{"x":${x}}\n`).join('')],
    ['application/json', `[${numbers.map((x) => `{"x":${x}}`).join()}]`],
  ] as const;
  for (const [type, body] of inputs) {
    for (const outputFormat of ['csv', 'jsonLines', 'parquet']) {
      const id = await app.client.submit(`service=ids&outputFormat=${outputFormat}`, type, body);
      await app.client.completed(id);
      const page = await app.client.get(`/jobs/${id}/results?from=0`);
      const shown = /"y":(-?\d+)/g;
      assert.deepEqual(
        [...page.text.matchAll(shown)].map(([, digits]) => digits),
        numbers,
        `${type} ${outputFormat}`,
      );
    }
  }
});
