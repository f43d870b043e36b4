import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openParquetReader } from '../../../../../shared/batch/read/parquet/openParquetReader.js';
import type { ReadBlock, ReadWant, RecordReader } from '../../../../../shared/batch/read/recordReader.js';
import { fixture, fixtureRow, KeptRows, planFile, segmentOf, targetOf } from './parquetFiles.js';

async function open(
  name: string,
  want: ReadWant,
  change: (bytes: Uint8Array) => void = () => undefined,
): Promise<RecordReader> {
  const bytes = fixture(name);
  const plan = await planFile(bytes);
  const [slice] = plan.slices;
  assert.ok(slice);
  const segment = segmentOf(
    bytes,
    plan,
    slice,
    plan.columns.map((column) => column.name),
  );
  for (const range of segment.ranges) change(range.bytes);
  return openParquetReader(segment, want);
}

function readAll(reader: RecordReader, maxRows: number): ReadBlock[] {
  const blocks: ReadBlock[] = [];
  for (let block = reader.read(maxRows); block; block = reader.read(maxRows)) blocks.push(block);
  return blocks;
}

void describe('rows of a slice', () => {
  test('blocks end at the wanted number of rows', async () => {
    const sink = new KeptRows();
    const reader = await open('groups', { target: targetOf(['x'], sink), join: [] });
    assert.deepEqual(
      readAll(reader, 30).map(({ records }) => records),
      [30, 30, 30, 10],
    );
    assert.equal(sink.count, 100);
  });

  test('a refused null is ROW_MISSING, another refused value ROW_VALUE with its text', async () => {
    const sink = new KeptRows((value) =>
      value === undefined || value === -45 ? 'expected another' : undefined,
    );
    const reader = await open('groups', { target: targetOf(['small'], sink), join: [] });
    const [block] = readAll(reader, 1000);
    assert.ok(block);
    assert.deepEqual(block.faults.slice(0, 2), [
      { record: 3, code: 'ROW_MISSING', column: 'small', message: 'expected another' },
      { record: 5, code: 'ROW_VALUE', column: 'small', message: 'expected another', text: '-45' },
    ]);
    assert.deepEqual(block.recordOf.slice(0, 5), [0, 1, 2, 4, 6]);
    assert.equal(block.records, 100);
    assert.equal(sink.count + block.faults.length, 100);
  });

  test('a block ends when four times as many records were refused', async () => {
    const reader = await open('groups', { target: targetOf(['x'], new KeptRows(() => 'no')), join: [] });
    assert.deepEqual(
      readAll(reader, 10).map(({ records, recordOf }) => [records, recordOf.length]),
      [
        [40, 0],
        [40, 0],
        [20, 0],
      ],
    );
  });

  test('joined cells are values, null where there is none, float32 in the fewest digits', async () => {
    const reader = await open('groups', {
      target: targetOf(['x'], new KeptRows()),
      join: ['text', 'f', 'long', 'nowhere'],
    });
    const [block] = readAll(reader, 1000);
    assert.ok(block);
    assert.deepEqual(block.joined.slice(1, 4), [
      ['täxt 1', 0.1, 2n ** 60n + 97n, null],
      ['täxt 2', 0.2, 2n ** 60n + 194n, null],
      [null, null, null, null],
    ]);
  });

  test('each row goes to the model that it names', async () => {
    const one = new KeptRows();
    const two = new KeptRows();
    const byModel = new Map([
      ['täxt 1', targetOf(['x'], one)],
      ['täxt 2', targetOf(['small', 'x'], two)],
    ]);
    const reader = await open('groups', { target: { modelColumn: 'text', byModel }, join: [] });
    const [block] = readAll(reader, 1000);
    assert.ok(block);
    assert.deepEqual(block.models.slice(0, 3), ['täxt 1', 'täxt 2', 'täxt 1']);
    assert.deepEqual(block.recordOf.slice(0, 3), [1, 2, 41]);
    assert.deepEqual(one.rows[0], [fixtureRow(1, true)[0]]);
    assert.deepEqual(two.rows[0], [fixtureRow(2, true)[3], fixtureRow(2, true)[0]]);
    assert.deepEqual(block.faults.slice(0, 2), [
      { record: 0, code: 'ROW_MODEL', column: 'text', message: 'the job has no such model', text: 'täxt 0' },
      { record: 3, code: 'ROW_MODEL', column: 'text', message: 'the row names no model' },
    ]);
  });
});

void describe('damaged data', () => {
  test('stops by the names of row group and column and gives no rows', async () => {
    const sink = new KeptRows();
    const reader = await open('groups', { target: targetOf(['small', 'x'], sink), join: [] }, (bytes) => {
      bytes.fill(0xff);
    });
    assert.equal(reader.read(100), undefined);
    assert.equal(sink.count, 0);
    assert.equal(reader.stop?.code, 'JOB_INPUT_FORMAT');
    assert.match(reader.stop.message, /row group 0, column 'small'/);
    assert.ok(reader.stop.offset >= 4);
    assert.equal(reader.needsMore, false);
  });

  test('stops where bytes are lacking', async () => {
    const bytes = fixture('groups');
    const plan = await planFile(bytes);
    const segment = segmentOf(bytes, plan, { rowGroup: 1, from: 0, to: 100 }, ['x']);
    const reader = await openParquetReader(segment, {
      target: targetOf(['x', 'f'], new KeptRows()),
      join: [],
    });
    assert.match(reader.stop?.message ?? '', /row group 1, column 'f': bytes \d+ to \d+ were not read/);
  });
});
