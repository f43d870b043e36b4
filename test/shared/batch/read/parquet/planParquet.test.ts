import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ColumnMetaData, RowGroup } from 'hyparquet' with { 'resolution-mode': 'import' };
import { JobFailure } from '../../../../../shared/batch/jobFailure.js';
import { planParquet } from '../../../../../shared/batch/read/parquet/planParquet.js';
import { footerOfSlice, sliceRanges } from '../../../../../shared/batch/read/parquet/sliceRanges.js';
import { openParquetReader } from '../../../../../shared/batch/read/parquet/openParquetReader.js';
import { countedFile, fixture, KeptRows, planFile, readFile, segmentOf, targetOf } from './parquetFiles.js';
import { counting, writtenFile } from './writtenFile.js';

const rejectsWith = (promise: Promise<unknown>, code: string, message: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof JobFailure, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

const metadataOf = (groups: RowGroup[], group = 0, column = 0) =>
  groups[group]?.columns[column]?.meta_data as ColumnMetaData;

void describe('files that are refused', () => {
  for (const { what, bytes, message } of [
    { what: 'an empty file', bytes: bytesOf(''), message: /does not begin as a Parquet file/ },
    {
      what: 'text',
      bytes: bytesOf('a,b\n1,2\n3,4\n5,6\n7,8\n'),
      message: /does not begin as a Parquet file/,
    },
    { what: 'the magic alone', bytes: bytesOf('PAR1'), message: /does not end as a Parquet file/ },
    { what: 'the magic twice', bytes: bytesOf('PAR1PAR1'), message: /does not end as a Parquet file/ },
    { what: 'garbage behind the magic', bytes: bytesOf('PAR1garbagePAR1'), message: /footer/ },
    { what: 'no footer', bytes: bytesOf('PAR1\0\0\0\0PAR1'), message: /footer of 0 bytes/ },
    {
      what: 'a footer over the file',
      bytes: bytesOf('PAR1\x15\0\xff\0\0\0PAR1'),
      message: /footer of 255 bytes/,
    },
    { what: 'a footer over the limit', bytes: bytesOf('PAR1\0\0\0\x7fPAR1'), message: /at most 16777216/ },
    { what: 'an encrypted footer', bytes: bytesOf('PARE\x01\x01\x04\0\0\0PARE'), message: /encrypted/ },
    {
      what: 'a number without end',
      bytes: bytesOf(`PAR1\x15${'\xff'.repeat(100)}\x65\0\0\0PAR1`),
      message: /out of range/,
    },
    {
      what: 'a list of a billion columns',
      bytes: bytesOf('PAR1\x29\xfc\xff\xff\xff\xff\x03\x00\x08\0\0\0PAR1'),
      message: /a list of \d+ elements is cut/,
    },
  ]) {
    test(what, () => rejectsWith(planFile(bytes), 'JOB_INPUT_FORMAT', message));
  }

  test('a file that is cut anywhere', async () => {
    const bytes = fixture('groups');
    for (let length = 0; length < bytes.length; length += 97) {
      await rejectsWith(planFile(bytes.subarray(0, length)), 'JOB_INPUT_FORMAT', /Parquet/);
    }
  });

  test('a codec without decoder, by name', async () => {
    const bytes = await writtenFile([counting('x', 100)], { codec: 'LZO' });
    await rejectsWith(
      planFile(bytes),
      'JOB_INPUT_FORMAT',
      /row group 0, column 'x': its codec LZO is not supported/,
    );
  });

  test('a row group over the limit, by its number and size', async () => {
    const bytes = await writtenFile([counting('x', 3000)], {
      rowGroupSize: 1000,
      tamper: (groups) => {
        (groups[2] as RowGroup).total_byte_size = 300n * 2n ** 20n;
      },
    });
    const message = /row group 2 has 314572800 bytes uncompressed, expected at most 268435456/;
    await rejectsWith(planFile(bytes), 'JOB_INPUT_TOO_LARGE', message);
  });

  test('a row group that claims more rows than could be held', async () => {
    const bytes = await writtenFile([counting('x', 10)], {
      tamper: (groups, file) => {
        file.num_rows = 2n ** 33n;
        (groups[0] as RowGroup).num_rows = file.num_rows;
        metadataOf(groups).num_values = file.num_rows;
      },
    });
    const message = /row group 0 has 8589934592 rows, expected at most 33554432/;
    await rejectsWith(planFile(bytes), 'JOB_INPUT_TOO_LARGE', message);
  });

  test('other numbers of rows than those of the row groups', async () => {
    const bytes = await writtenFile([counting('x', 10)], {
      tamper: (_, file) => {
        file.num_rows = 11n;
      },
    });
    await rejectsWith(planFile(bytes), 'JOB_INPUT_FORMAT', /11 rows, its row groups 10/);
  });

  for (const { what, tamper, message } of [
    {
      what: 'other numbers of values than rows',
      tamper: (m: ColumnMetaData) => (m.num_values = 7n),
      message: /7 values for 100 rows/,
    },
    {
      what: 'a negative number of values',
      tamper: (m: ColumnMetaData) => (m.num_values = -7n),
      message: /negative/,
    },
    {
      what: 'a negative size',
      tamper: (m: ColumnMetaData) => (m.total_compressed_size = -1n),
      message: /negative/,
    },
    {
      what: 'a place before the file',
      tamper: (m: ColumnMetaData) => (m.data_page_offset = -5n),
      message: /negative/,
    },
    {
      what: 'a place behind the file',
      tamper: (m: ColumnMetaData) => (m.data_page_offset = 10n ** 9n),
      message: /between the magic and the footer/,
    },
    {
      what: 'a size beyond the file',
      tamper: (m: ColumnMetaData) => (m.total_compressed_size = 10n ** 6n),
      message: /between the magic and the footer/,
    },
    {
      what: 'a size beyond 53 bits',
      tamper: (m: ColumnMetaData) => (m.total_compressed_size = 2n ** 60n),
      message: /out of range/,
    },
    {
      what: 'another type than the schema',
      tamper: (m: ColumnMetaData) => (m.type = 'INT64'),
      message: /its type is not DOUBLE/,
    },
  ]) {
    test(`a column chunk with ${what}`, async () => {
      const bytes = await writtenFile([counting('x', 100)], {
        tamper: (groups) => tamper(metadataOf(groups)),
      });
      await rejectsWith(planFile(bytes), 'JOB_INPUT_FORMAT', message);
    });
  }

  test('bytes that storage does not give', async () => {
    const bytes = fixture('groups');
    const plan = planParquet(() => Promise.resolve(new Uint8Array()), bytes.length, {
      sliceBytes: 1000,
      maxRowGroupBytes: 2 ** 20,
      wanted: '*',
    });
    await rejectsWith(plan, 'JOB_INPUT_FORMAT', /are not there/);
  });

  test('what storage throws is passed on', async () => {
    const fault = new Error('storage');
    const options = { sliceBytes: 1000, maxRowGroupBytes: 2 ** 20, wanted: '*' } as const;
    await assert.rejects(
      planParquet(() => Promise.reject(fault), 1000, options),
      (error) => error === fault,
    );
  });
});

void describe('columns', () => {
  test('nested columns are refused by name where they are wanted', async () => {
    const bytes = fixture('nested');
    for (const name of ['list', 'struct']) {
      const message = new RegExp(`column '${name}' cannot be read: it is nested`);
      await rejectsWith(planFile(bytes, { wanted: ['x', name] }), 'JOB_INPUT_FORMAT', message);
    }
    await rejectsWith(planFile(bytes), 'JOB_INPUT_FORMAT', /nested/);
  });

  test('nested columns that are not wanted do no harm', async () => {
    const { rows, plan } = await readFile(fixture('nested'), ['y', 'x']);
    assert.deepEqual(rows, [
      [10n, 1],
      [20n, 2],
      [30n, 3],
    ]);
    assert.deepEqual(
      plan.columns.map(({ name }) => name),
      ['x', 'list', 'struct', 'y'],
    );
  });

  test('names are bound as in every format: other letter case, any order, missing ones passed over', async () => {
    const { rows } = await readFile(fixture('none'), ['SMALL', 'none', 'X']);
    assert.deepEqual(rows[4], [-46, undefined, 4 / 3]);
  });
});

void describe('names', () => {
  test('that differ in letter case alone are planned for each list in which they are read', async () => {
    const bytes = await writtenFile([counting('Score', 10)]);
    const plan = await planFile(bytes, { wanted: ['score', 'SCORE'] });
    const [slice] = plan.slices;
    assert.ok(slice);
    const sink = new KeptRows();
    const segment = segmentOf(bytes, plan, slice, ['score', 'SCORE']);
    const reader = await openParquetReader(segment, { target: targetOf(['score'], sink), join: ['SCORE'] });
    assert.deepEqual(reader.read(2)?.joined, [[0], [1]]);
    assert.deepEqual(sink.rows, [[0], [1]]);
  });
});

void describe('slices', () => {
  const rows = 40_000;

  test('a small row group is one slice, a large one is cut by rows', async () => {
    const bytes = await writtenFile([counting('x', rows)], { codec: 'UNCOMPRESSED', pageSize: 4000 });
    assert.equal((await planFile(bytes, { sliceBytes: 200_000 })).slices.length, 1);
    const { slices } = await planFile(bytes, { sliceBytes: 20_000 });
    assert.ok(slices.length >= 14 && slices.length <= 18, `${slices.length} slices`);
    assert.equal(slices[0]?.from, 0);
    assert.equal(slices.at(-1)?.to, rows);
    slices.slice(1).forEach(({ from }, i) => {
      assert.equal(from, slices[i]?.to);
    });
  });

  for (const offsetIndex of [true, false]) {
    test(`few bytes are read to plan ${offsetIndex ? 'with' : 'without'} an offset index`, async () => {
      const columns = ['a', 'b', 'c'].map((name) => ({ ...counting(name, rows), offsetIndex }));
      const bytes = await writtenFile(columns, { codec: 'UNCOMPRESSED', pageSize: 80_000 });
      const file = countedFile(bytes);
      const options = { sliceBytes: 100_000, maxRowGroupBytes: 2 ** 28, wanted: '*' } as const;
      const { slices } = await planParquet(file.read, bytes.length, options);
      assert.ok(slices.length > 8, `${slices.length} slices`);
      const readBytes = file.reads.reduce((sum, { from, to }) => sum + to - from, 0);
      assert.ok(readBytes < bytes.length / 4, `${readBytes} of ${bytes.length} bytes`);
    });
  }

  test('the slices together read hardly more than the file', async () => {
    const columns = ['a', 'b', 'c'].map((name) => counting(name, rows));
    const bytes = await writtenFile(columns, { codec: 'UNCOMPRESSED', pageSize: 8000 });
    const { layout, slices } = await planFile(bytes, { sliceBytes: 100_000 });
    const read = slices.flatMap((slice) => sliceRanges(layout, ['a', 'b', 'c'], slice));
    const readBytes = read.reduce((sum, { length }) => sum + length, 0);
    assert.ok(readBytes < bytes.length * 1.3, `${readBytes} of ${bytes.length} bytes`);
  });

  test('the ranges of a slice leave out columns that are not wanted', async () => {
    const columns = ['a', 'b', 'c'].map((name) => counting(name, rows));
    const bytes = await writtenFile(columns, { codec: 'UNCOMPRESSED', pageSize: 8000 });
    const { layout, slices } = await planFile(bytes);
    const ranges = slices.flatMap((slice) => sliceRanges(layout, ['a', 'c'], slice));
    assert.equal(ranges.length, 2);
    const readBytes = ranges.reduce((sum, { length }) => sum + length, 0);
    assert.ok(readBytes < bytes.length * 0.7, `${readBytes} of ${bytes.length} bytes`);
  });

  test('the layout of 10,000 pages stays small and is plain JSON', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `column${i}`);
    const bytes = await writtenFile(
      names.map((name) => counting(name, rows)),
      { codec: 'UNCOMPRESSED', pageSize: 320 },
    );
    const { layout, slices } = await planFile(bytes, { sliceBytes: 4000 });
    assert.ok(slices.length > 500, `${slices.length} slices`);
    const text = JSON.stringify(layout);
    assert.ok(text.length < 2 ** 20, `${text.length} characters`);
    assert.deepEqual(JSON.parse(text), layout);
  });

  test('the footer of a slice has its row group alone', async () => {
    const { layout } = await planFile(fixture('groups'));
    const { rowGroups } = footerOfSlice(layout, 3) as { rowGroups: unknown[] };
    assert.deepEqual(
      rowGroups.map((group) => group !== null),
      [false, false, false, true],
    );
  });

  test('tightly packed rows are cut by what they take decoded', async () => {
    const data = new Array<number>(200_000).fill(1.5);
    const bytes = await writtenFile([{ name: 'x', type: 'DOUBLE', data }]);
    assert.ok(bytes.length < 2000, `${bytes.length} bytes`);
    const { slices } = await planFile(bytes, { sliceBytes: 10_000 });
    assert.ok(slices.length >= 20, `${slices.length} slices`);
    const { rows: read } = await readFile(bytes, ['x'], { sliceBytes: 10_000 }, 100_000);
    assert.deepEqual(
      read.map(([value]) => value),
      data,
    );
  });
});
