import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, fixtureColumns, fixtureRow, readFile } from './parquetFiles.js';

const rowCount = 600;

const withNulls = [
  ...['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'],
  ...['v2', 'groups', 'encodings', 'smallPages', 'smallPagesIndex'],
];

void describe('files of another writer', () => {
  for (const name of withNulls) {
    test(`${name}: every row as it was written, nulls as missing values`, async () => {
      const { rows, stops } = await readFile(fixture(name), fixtureColumns);
      assert.deepEqual(stops, []);
      assert.equal(rows.length, rowCount);
      rows.forEach((row, i) => {
        assert.deepEqual(row, fixtureRow(i, true), `row ${i}`);
      });
    });

    test(`${name}: small slices give the same rows as large ones`, async () => {
      const bytes = fixture(name);
      for (const sliceBytes of [200, 700, 3000]) {
        const { rows, plan, stops } = await readFile(bytes, fixtureColumns, { sliceBytes });
        assert.deepEqual(stops, []);
        assert.ok(plan.slices.length > 1, `${plan.slices.length} slices`);
        assert.equal(rows.length, rowCount);
        rows.forEach((row, i) => {
          assert.deepEqual(row, fixtureRow(i, true), `row ${i}`);
        });
      }
    });
  }

  test('columns without nulls, not dictionary-encoded', async () => {
    const { rows } = await readFile(fixture('required'), fixtureColumns, { sliceBytes: 1000 });
    assert.deepEqual(
      rows,
      Array.from({ length: rowCount }, (_, i) => fixtureRow(i, false)),
    );
  });

  test('texts by lengths', async () => {
    const { rows } = await readFile(fixture('deltaLength'), ['text'], { sliceBytes: 500 });
    assert.deepEqual(
      rows,
      Array.from({ length: rowCount }, (_, i) => [fixtureRow(i, true)[5]]),
    );
  });

  test('a file without rows has columns and no slices', async () => {
    const { rows, plan } = await readFile(fixture('empty'), ['x']);
    assert.deepEqual(rows, []);
    assert.deepEqual(plan.slices, []);
    assert.deepEqual(
      plan.columns.map(({ kind }) => kind),
      ['number', 'float', 'integer', 'integer', 'boolean', 'text'],
    );
  });
});

void describe('logical types', () => {
  const read = async (column: string) => {
    const { rows, faults } = await readFile(fixture('logical'), [column]);
    return { values: rows.map(([value]) => value), faults };
  };

  for (const { column, values } of [
    { column: 'day', values: ['1969-12-31', '2024-02-29', undefined] },
    { column: 'local', values: ['2024-02-29T12:30:01.123456', '1969-12-31T23:59:59.999999', undefined] },
    { column: 'utc', values: ['2024-02-29T12:30:01.123Z', '2024-02-29T12:30:01.123Z', undefined] },
    {
      column: 'nanos',
      values: ['2024-02-29T12:30:01.123456789Z', '1969-12-31T23:59:59.999999999Z', undefined],
    },
    { column: 'time', values: ['01:02:03.456789', '23:59:59.000000', undefined] },
    { column: 'price', values: [0.57, -12345678901234.57, undefined] },
    { column: 'u32', values: [4_294_967_295, 1, undefined] },
    { column: 'u64', values: [18_446_744_073_709_551_615n, 1n, undefined] },
    { column: 'half', values: [1.5, -0.25, undefined] },
    { column: 'fixed', values: ['abc', 'def', undefined] },
  ]) {
    test(`${column} is read as ${String(values[0])}`, async () => {
      assert.deepEqual(await read(column), { values, faults: [] });
    });
  }

  test('the same in other encodings', async () => {
    const { rows } = await readFile(fixture('stored'), ['fixed', 'half', 'price']);
    assert.deepEqual(rows, [
      ['abc', 1.5, 0.57],
      ['def', -0.25, -12345678901234.57],
      [undefined, undefined, undefined],
    ]);
  });

  test('decimals of 32, 64 and more bits are the nearest numbers', async () => {
    const { rows } = await readFile(fixture('decimals'), ['price', 'wide', 'long']);
    assert.deepEqual(rows, [
      [0.57, 1.1, 'a'.repeat(3000)],
      [-12.3, Number('-99999999999999999999.5'), 'b'.repeat(3000)],
      [undefined, undefined, undefined],
    ]);
  });

  test('bytes that are no UTF-8 are a fault of their row alone', async () => {
    const { values, faults } = await read('bytes');
    assert.deepEqual(values, ['abc', undefined]);
    assert.deepEqual(
      faults.map(({ record, code, column }) => ({ record, code, column })),
      [{ record: 1, code: 'ROW_ENCODING', column: 'bytes' }],
    );
  });

  test('times in 96 bits', async () => {
    const { rows } = await readFile(fixture('int96'), ['when']);
    assert.deepEqual(rows, [
      ['2024-02-29T12:30:01.123456000Z'],
      ['1901-01-01T00:00:00.000000000Z'],
      [undefined],
    ]);
  });
});
