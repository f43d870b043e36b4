import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResultColumn } from '../../../../shared/batch/plan/plan.js';
import { readParquetRows } from '../../../../shared/batch/write/parquet/readParquetRows.js';
import { resultColumns } from '../../../../shared/batch/write/resultColumns.js';
import { openRowWriter } from '../../../../shared/batch/write/rowWriter.js';
import { rowsTensor, signatureOf } from './signatureOf.js';

test('Parquet holds the values of several models in order, null where a model has no such column', async () => {
  const models = [
    signatureOf(
      { name: 'f' },
      { name: 'u', datatype: 'UINT64' },
      { name: 'b', datatype: 'BOOL' },
      { name: 'mixed' },
    ),
    signatureOf(
      { name: 'f', datatype: 'FP64' },
      { name: 'n', datatype: 'UINT8' },
      { name: 'p', shape: [-1, 2] },
      { name: 'mixed', datatype: 'BYTES' },
      { name: 'h', datatype: 'FP16', shape: [-1, -1] },
    ),
  ];
  const join: ResultColumn[] = [
    { name: 'id', kind: 'integer' },
    { name: 'raw', kind: 'json' },
    { name: 'text', kind: 'text' },
  ];
  const columns = resultColumns(models, join, 'parquet');
  const writer = openRowWriter({ format: 'parquet', columns, models, joinCount: 3, spreadsheetSafe: true });
  const first = writer.block(
    0,
    {
      f: rowsTensor('FP32', Float32Array.of(0.5, NaN)),
      u: rowsTensor('UINT64', BigUint64Array.of(2n ** 64n - 1n, 7n)),
      b: rowsTensor('BOOL', Uint8Array.of(1, 0)),
      mixed: rowsTensor('FP32', Float32Array.of(0.1, Infinity)),
    },
    2,
  );
  const second = writer.block(
    1,
    {
      f: rowsTensor('FP64', Float64Array.of(0.1)),
      n: rowsTensor('UINT8', Uint8Array.of(255)),
      p: rowsTensor('FP32', Float32Array.of(1, 2), 2),
      mixed: rowsTensor('BYTES', ['=é']),
      h: rowsTensor('FP16', Uint16Array.of(0x3c00, 0x7e00), 2),
    },
    1,
  );
  first.row(1, [5, { a: [1n] }, '=x']);
  second.row(0, [6n, 'text', undefined]);
  first.row(0, [null, null, 1.5]);
  const rows = await readParquetRows(await writer.finish(), columns, 0, 9);
  assert.equal(
    columns.map(({ name, kind }) => `${name}:${kind}`).join(' '),
    'id:integer raw:json text:text f:number u:text b:boolean mixed:json n:integer p.0:float p.1:float h:json',
  );
  assert.deepEqual(rows, [
    [5n, '{"a":[1]}', '=x', NaN, '7', false, 'null', null, null, null, null],
    [6n, '"text"', null, 0.1, null, null, '"=é"', 255n, 1, 2, '[1,null]'],
    [null, null, '1.5', 0.5, '18446744073709551615', true, '0.1', null, null, null, null],
  ]);
});

test('a part without rows is readable', async () => {
  const models = [signatureOf({ name: 'f' })];
  const columns = resultColumns(models, [], 'parquet');
  const writer = openRowWriter({ format: 'parquet', columns, models, joinCount: 0, spreadsheetSafe: false });
  assert.deepEqual(await readParquetRows(await writer.finish(), columns, 0, 9), []);
});
