import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputFormat } from '../../../../shared/batch/job.js';
import type { ResultColumn } from '../../../../shared/batch/plan/plan.js';
import { readPartRows } from '../../../../shared/batch/results/readPart.js';
import { resultColumns } from '../../../../shared/batch/write/resultColumns.js';
import { openRowWriter } from '../../../../shared/batch/write/rowWriter.js';
import { fc } from '../../../support/property.js';
import { rowsTensor, signatureOf } from '../write/signatureOf.js';

const model = signatureOf(
  { name: 'f' },
  { name: 'n', datatype: 'INT64' },
  { name: 'b', datatype: 'BOOL' },
  { name: 't', datatype: 'BYTES' },
  { name: 'a', shape: [-1, 2, 1] },
);
const join: ResultColumn[] = [
  { name: 'id', kind: 'text' },
  { name: 'j', kind: 'json' },
];

const rows = fc.array(
  fc.record({
    id: fc.string({ unit: 'binary' }),
    j: fc.oneof(
      fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
      fc.constant(null),
      fc.constant('no [JSON'),
    ),
    f: fc.float(),
    n: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    b: fc.boolean(),
    t: fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '\\', 'é', 'a') }),
    a: fc.tuple(fc.float(), fc.float()),
  }),
  { maxLength: 20 },
);

type Row = typeof rows extends fc.Arbitrary<(infer R)[]> ? R : never;

async function partOf(format: OutputFormat, all: readonly Row[]) {
  const columns = resultColumns([model], join, format);
  const writer = openRowWriter({ format, columns, models: [model], joinCount: 2, spreadsheetSafe: false });
  const outputs = {
    f: rowsTensor(
      'FP32',
      Float32Array.from(all, ({ f }) => f),
    ),
    n: rowsTensor(
      'INT64',
      BigInt64Array.from(all, ({ n }) => n),
    ),
    b: rowsTensor(
      'BOOL',
      Uint8Array.from(all, ({ b }) => Number(b)),
    ),
    t: rowsTensor(
      'BYTES',
      all.map(({ t }) => t),
    ),
    a: rowsTensor('FP32', Float32Array.from(all.flatMap(({ a }) => a)), 2, 1),
  };
  const block = writer.block(0, outputs, all.length);
  all.forEach(({ id, j }, row) => {
    block.row(row, [id, j]);
  });
  return { columns, part: await writer.finish() };
}

/** What a row is in JSON; whole numbers as texts, which keeps all digits. */
function expectedRow({ id, j, f, n, b, t, a }: Row) {
  const number = (value: number) => (Number.isFinite(value) ? value : null);
  return { id, j, f: number(f), n: String(n), b, t, a: a.map((one) => [number(one)]) };
}

function parsedRows(rows: readonly string[]) {
  const exact = `[${rows.join(',')}]`.replaceAll(/("n":)(-?\d+)(,"b":)/g, '$1"$2"$3');
  const all = JSON.parse(exact) as { f: number | null; a: (number | null)[][] }[];
  const fround = (value: number | null) => (value === null ? null : Math.fround(value));
  return all.map((row) => ({ ...row, f: fround(row.f), a: row.a.map((inner) => inner.map(fround)) }));
}

for (const format of ['csv', 'jsonLines', 'parquet'] as const) {
  test(`rows [from, to) of a ${format} part come back as JSON with the written values`, () =>
    fc.assert(
      fc.asyncProperty(rows, fc.nat({ max: 21 }), fc.nat({ max: 21 }), async (all, from, count) => {
        const { columns, part } = await partOf(format, all);
        const page = parsedRows(await readPartRows(part, format, columns, from, from + count));
        assert.deepEqual(page, all.slice(from, from + count).map(expectedRow));
      }),
    ));
}

async function read(
  format: OutputFormat,
  columns: readonly ResultColumn[],
  text: string,
  from = 0,
  to = Infinity,
): Promise<string> {
  return `[${(await readPartRows(Buffer.from(text), format, columns, from, to)).join(',')}]`;
}

test('numbers of CSV keep their digits; what JSON does not have is null', async () => {
  const columns: ResultColumn[] = [
    { name: 'x', kind: 'number' },
    { name: 'n', kind: 'integer' },
  ];
  const text = '1e-7,18446744073709551615\nNaN,-Infinity\n0.10,\n-0,007\n+1, 2\n';
  assert.equal(
    await read('csv', columns, text),
    '[{"x":1e-7,"n":18446744073709551615},{"x":null,"n":null},{"x":0.10,"n":null},{"x":-0,"n":"007"},{"x":"+1","n":" 2"}]',
  );
});

test('an unfit text of a boolean or JSON column stays a text', async () => {
  const columns: ResultColumn[] = [
    { name: 'b', kind: 'boolean' },
    { name: 'j', kind: 'json' },
  ];
  assert.equal(
    await read('csv', columns, 'true,"[1,2]"\nTRUE,[1\n,\n'),
    '[{"b":true,"j":[1,2]},{"b":"TRUE","j":"[1"},{"b":null,"j":null}]',
  );
});

test('rows are found behind the first slice of a part', async () => {
  const line = `${'x'.repeat(97)},1\n`;
  const quoted = `"${'a\n'.repeat(40)}",2\n`;
  const columns: ResultColumn[] = [
    { name: 't', kind: 'text' },
    { name: 'n', kind: 'integer' },
  ];
  const part = (line + quoted).repeat(20_000);
  const page = JSON.parse(await read('csv', columns, part, 39_998, 40_001)) as unknown;
  assert.deepEqual(page, [
    { t: 'x'.repeat(97), n: 1 },
    { t: 'a\n'.repeat(40), n: 2 },
  ]);
  const whole = JSON.parse(await read('csv', columns, part)) as unknown[];
  assert.equal(whole.length, 40_000);
});

test('an empty range and an empty part are an empty array', async () => {
  const columns: ResultColumn[] = [{ name: 'n', kind: 'integer' }];
  for (const format of ['csv', 'jsonLines'] as const) {
    const text = format === 'csv' ? '1\n2\n' : '{"n":1}\n{"n":2}\n';
    assert.equal(await read(format, columns, text, 1, 1), '[]');
    assert.equal(await read(format, columns, text, 2, 9), '[]');
    assert.equal(await read(format, columns, '', 0, 9), '[]');
  }
});
