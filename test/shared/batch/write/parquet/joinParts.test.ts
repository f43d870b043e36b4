import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ResultColumn } from '../../../../../shared/batch/plan/plan.js';
import { encodeParquetPart } from '../../../../../shared/batch/write/parquet/encodeParquetPart.js';
import { joinFooter } from '../../../../../shared/batch/write/parquet/joinFooter.js';
import { partTailLength, readPartFooter } from '../../../../../shared/batch/write/parquet/partFooter.js';
import { readParquetRows } from '../../../../../shared/batch/write/parquet/readParquetRows.js';
import { rowGroupBytes } from '../../../../../shared/batch/write/parquet/rowGroupBytes.js';
import { fc } from '../../../../support/property.js';
import { readFile } from '../../read/parquet/parquetFiles.js';

const columns: readonly ResultColumn[] = [
  { name: 'score', kind: 'number' },
  { name: 'short', kind: 'float' },
  { name: 'id', kind: 'integer' },
  { name: 'ok', kind: 'boolean' },
  { name: 'täxt.0', kind: 'text' },
  { name: 'shape', kind: 'json' },
];

const cells = fc.tuple(
  fc.option(fc.double()),
  fc.option(fc.float({ noNaN: true })),
  fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  fc.option(fc.boolean()),
  fc.option(fc.oneof(fc.constantFrom('', 'a', 'b'), fc.string({ unit: 'grapheme' }))),
  fc.option(fc.json()),
);

const transposed = (rows: readonly (readonly unknown[])[]) =>
  columns.map((_, i) => rows.map((row) => row[i]));

const encode = (rows: readonly (readonly unknown[])[]) => encodeParquetPart(columns, transposed(rows));

/** A joined file, with nothing but the last bytes of the parts for its footer. */
async function join(parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const footers = await Promise.all(
    parts.map((part) => {
      const tail = part.slice(part.length - partTailLength(part.subarray(part.length - 8), part.length));
      return readPartFooter(tail, part.length);
    }),
  );
  const bytes = parts.map(rowGroupBytes);
  assert.deepEqual(
    footers.map(({ byteLength }) => byteLength),
    bytes.map(({ length }) => length),
  );
  return new Uint8Array(Buffer.concat([Buffer.from('PAR1'), ...bytes, await joinFooter(columns, footers)]));
}

/** What `readParquetRows` gives for a row: a float32 by its shortest number. */
const shown = ([score, short, ...rest]: readonly unknown[]) => [
  score,
  typeof short === 'number' && Number.isFinite(short) ? Math.fround(short) : short,
  ...rest,
];

void describe('parts', () => {
  test('any rows come back, in any range', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cells, { maxLength: 60 }),
        fc.nat(70),
        fc.nat(70),
        async (rows, from, count) => {
          const part = await encode(rows);
          const read = await readParquetRows(part, columns, from, from + count);
          const rounded = read.map((row) => shown(row));
          assert.deepEqual(rounded, rows.slice(from, from + count).map(shown));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('float cells are the shortest numbers that stand for them', async () => {
    const part = await encodeParquetPart([{ name: 'f', kind: 'float' }], [[0.1, 1 / 3, NaN, Infinity, null]]);
    assert.deepEqual(await readParquetRows(part, [{ name: 'f', kind: 'float' }], 0, 9), [
      [0.1],
      [0.33333334],
      [NaN],
      [Infinity],
      [null],
    ]);
  });

  test('typed columns and whole numbers as numbers', async () => {
    const kinds: readonly ResultColumn[] = [
      { name: 'a', kind: 'number' },
      { name: 'b', kind: 'integer' },
      { name: 'c', kind: 'integer' },
      { name: 'd', kind: 'float' },
    ];
    const part = await encodeParquetPart(kinds, [
      Float64Array.of(1.5, NaN),
      BigInt64Array.of(5n, -6n),
      [7, -8],
      Float32Array.of(0.5, 0.25),
    ]);
    assert.deepEqual(await readParquetRows(part, kinds, 0, 2), [
      [1.5, 5n, 7n, 0.5],
      [NaN, -6n, -8n, 0.25],
    ]);
  });

  test('many pages of a part are read in part', async () => {
    const rows = 100_000;
    const kinds: readonly ResultColumn[] = [{ name: 'x', kind: 'number' }];
    const part = await encodeParquetPart(kinds, [Float64Array.from({ length: rows }, (_, i) => i + 0.5)]);
    assert.deepEqual(await readParquetRows(part, kinds, 70_000, 70_002), [[70_000.5], [70_001.5]]);
    assert.deepEqual(await readParquetRows(part, kinds, rows - 1, rows + 5), [[rows - 0.5]]);
    assert.deepEqual(await readParquetRows(part, kinds, rows, rows + 5), []);
  });

  test('a value of another kind is no silent change', async () => {
    for (const [kind, value] of [
      ['number', 'x'],
      ['integer', 1.5],
      ['boolean', 1],
      ['text', 5],
      ['json', {}],
    ] as const) {
      await assert.rejects(encodeParquetPart([{ name: 'c', kind }], [[value]]), TypeError);
    }
    await assert.rejects(encodeParquetPart([{ name: 'c', kind: 'integer' }], [[2n ** 63n]]), RangeError);
  });
});

void describe('joined files', () => {
  test('hold the rows of the parts in order, for us and for hyparquet', async () => {
    const { parquetReadObjects } = await import('hyparquet');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cells, { maxLength: 20 }), { maxLength: 6 }), async (parts) => {
        const file = await join(await Promise.all(parts.map(encode)));
        const expected = parts.flat();
        const { rows, stops } = await readFile(
          file,
          columns.map(({ name }) => name),
        );
        assert.deepEqual(stops, []);
        assert.deepEqual(
          rows.map((row) => row.map((cell) => cell ?? null)),
          expected,
        );
        const objects = await parquetReadObjects({ file: file.buffer });
        assert.deepEqual(
          objects.map((row) => columns.slice(0, 5).map(({ name }): unknown => row[name] ?? null)),
          expected.map((row) => row.slice(0, 5)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('of parts without rows are files without rows', async () => {
    const { parquetMetadata } = await import('hyparquet');
    const empty = await encode([]);
    assert.equal(rowGroupBytes(empty).length, 0);
    for (const parts of [[], [empty], [empty, empty]]) {
      const file = await join(parts);
      const metadata = parquetMetadata(file.buffer);
      assert.equal(metadata.num_rows, 0n);
      assert.deepEqual(metadata.row_groups, []);
      assert.deepEqual(
        metadata.schema.slice(1).map(({ name, type }) => [name, type]),
        [
          ['score', 'DOUBLE'],
          ['short', 'FLOAT'],
          ['id', 'INT64'],
          ['ok', 'BOOLEAN'],
          ['täxt.0', 'BYTE_ARRAY'],
          ['shape', 'BYTE_ARRAY'],
        ],
      );
    }
  });

  test('have the schema that the parts have', async () => {
    const { parquetMetadata } = await import('hyparquet');
    const part = await encode([[1, 2, 3n, true, 'x', '[1]']]);
    assert.deepEqual(
      parquetMetadata((await join([part, part])).buffer).schema,
      parquetMetadata(part.buffer).schema,
    );
  });

  test('a footer needs all of the last bytes of a part', async () => {
    const part = await encode([[1, 2, 3n, true, 'x', '[1]']]);
    await assert.rejects(readPartFooter(part.subarray(part.length - 20), part.length), RangeError);
  });
});
