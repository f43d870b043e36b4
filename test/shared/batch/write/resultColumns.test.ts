import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputFormat } from '../../../../shared/batch/job.js';
import type { ResultColumn } from '../../../../shared/batch/plan/plan.js';
import { resultColumns } from '../../../../shared/batch/write/resultColumns.js';
import { signatureOf } from './signatureOf.js';

const shown = (columns: readonly ResultColumn[]) =>
  columns.map(({ name, kind }) => `${name}:${kind}`).join(' ');
const columnsOf = (format: OutputFormat, ...outputs: Parameters<typeof signatureOf>) =>
  shown(resultColumns([signatureOf(...outputs)], [], format));

test('an output with one value per row is a column of its kind', () => {
  const outputs = [
    { name: 'a' },
    { name: 'b', shape: [-1, 1], datatype: 'INT64' },
    { name: 'c', datatype: 'BOOL' },
    { name: 'd', datatype: 'BYTES', column: 'label' },
    { name: 'e', datatype: 'UINT8' },
    { name: 'g', datatype: 'FP64' },
  ] as const;
  for (const format of ['csv', 'jsonLines', 'parquet'] as const) {
    assert.equal(columnsOf(format, ...outputs), 'a:float b:integer c:boolean label:text e:integer g:number');
  }
});

test('labels make a column each in every format', () => {
  const output = { name: 'p', shape: [-1, 2], labels: ['yes', 'no'] };
  for (const format of ['csv', 'jsonLines', 'parquet'] as const) {
    assert.equal(columnsOf(format, output), 'p.yes:float p.no:float');
  }
});

test('several values per row are numbered columns in tables and an array in JSON Lines', () => {
  const output = { name: 'p', shape: [-1, 3] };
  assert.equal(columnsOf('csv', output), 'p.0:float p.1:float p.2:float');
  assert.equal(columnsOf('parquet', output), 'p.0:float p.1:float p.2:float');
  assert.equal(columnsOf('jsonLines', output), 'p:json');
});

test('wide, dynamic and nested outputs and those without rows are one column of JSON', () => {
  const outputs = [
    { name: 'wide', shape: [-1, 1001] },
    { name: 'dynamic', shape: [-1, -1] },
    { name: 'nested', shape: [-1, 2, 2] },
    { name: 'fixed', shape: [3] },
    { name: 'unknown', shape: [] },
  ];
  assert.equal(columnsOf('csv', ...outputs), 'wide:json dynamic:json nested:json fixed:json unknown:json');
});

test('numbered columns whose name another output has stay together', () => {
  assert.equal(columnsOf('csv', { name: 'p', shape: [-1, 2] }, { name: 'p.1' }), 'p:json p.1:float');
});

test('unsigned whole numbers of 64 bits are texts in Parquet, which would cut them', () => {
  const output = { name: 'n', datatype: 'UINT64' } as const;
  assert.equal(columnsOf('parquet', output), 'n:text');
  assert.equal(columnsOf('csv', output), 'n:integer');
});

test('several models make the union by name; a column of two kinds is JSON, of floats their wider form', () => {
  const models = [
    signatureOf({ name: 'a' }, { name: 'b' }),
    signatureOf({ name: 'c' }, { name: 'b', datatype: 'BYTES' }, { name: 'a', datatype: 'FP64' }),
  ];
  assert.equal(shown(resultColumns(models, [], 'csv')), 'a:number b:json c:float');
});

test('joined columns come first and give way to outputs of the same name', () => {
  const join = ['id', 'a', 'input.a', 'b'].map((name) => ({ name, kind: 'text' }) as const);
  const columns = resultColumns([signatureOf({ name: 'a' }, { name: 'input.b' })], join, 'csv');
  assert.equal(shown(columns), 'id:text input.a:text input.input.a:text b:text a:float input.b:float');
});
