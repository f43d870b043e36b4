import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ColumnSource } from 'hyparquet-writer' with { 'resolution-mode': 'import' };
import { fc } from '../../../../support/property.js';
import { readFile } from './parquetFiles.js';
import { writtenFile } from './writtenFile.js';

/** The dictionaries of hyparquet-writer have one zero. */
const plusZero = (value: number) => value + 0;

const int64 = fc.bigInt(-(2n ** 60n), 2n ** 60n);

/** Types with the encodings that they can have and values of them; few different ones make dictionaries. */
const columnTypes = [
  {
    type: 'DOUBLE',
    encodings: ['PLAIN', 'RLE_DICTIONARY', 'BYTE_STREAM_SPLIT'],
    value: fc.double({ noNaN: true }).map(plusZero),
  },
  {
    type: 'FLOAT',
    encodings: ['PLAIN', 'RLE_DICTIONARY', 'BYTE_STREAM_SPLIT'],
    value: fc.float({ noNaN: true }).map(plusZero),
  },
  {
    type: 'INT64',
    encodings: ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED'],
    value: fc.oneof(fc.bigInt(0n, 9n), int64),
  },
  { type: 'INT32', encodings: ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED'], value: fc.integer() },
  { type: 'BOOLEAN', encodings: ['PLAIN', 'RLE'], value: fc.boolean() },
  {
    type: 'STRING',
    encodings: ['PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'],
    value: fc.oneof(fc.constantFrom('', 'a', 'ab', 'abc', 'ü€😀'), fc.string({ unit: 'grapheme' })),
  },
] as const;

const table = fc.integer({ min: 1, max: 150 }).chain((rows) =>
  fc.array(
    fc.constantFrom(...columnTypes).chain(({ type, encodings, value }) =>
      fc.record({
        type: fc.constant(type),
        encoding: fc.constantFrom(...encodings),
        nullable: fc.boolean(),
        offsetIndex: fc.boolean(),
        data: fc.array<unknown>(
          fc.oneof<fc.MaybeWeightedArbitrary<unknown>[]>(
            { arbitrary: value, weight: 3 },
            { arbitrary: fc.constant(undefined), weight: 1 },
          ),
          {
            minLength: rows,
            maxLength: rows,
          },
        ),
        full: fc.array<unknown>(value, { minLength: rows, maxLength: rows }),
      }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
);

test('every slicing gives the rows that were written', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.record({
        rowGroupSize: fc.constantFrom(7, 50, 1000),
        pageSize: fc.constantFrom(20, 100, 100_000),
        sliceBytes: fc.constantFrom(16, 100, 500, 100_000),
        codec: fc.constantFrom('SNAPPY' as const, 'UNCOMPRESSED' as const),
      }),
      async (columns, { rowGroupSize, pageSize, sliceBytes, codec }) => {
        const names = columns.map((_, i) => `c${i}`);
        const sources = columns.map(
          ({ type, encoding, nullable, offsetIndex, data, full }, i): ColumnSource => {
            const values = nullable ? data : full;
            return {
              name: names[i] as string,
              type,
              encoding,
              nullable,
              offsetIndex,
              data: values,
            };
          },
        );
        const bytes = await writtenFile(sources, { rowGroupSize, pageSize, codec });
        const { rows, stops, faults } = await readFile(bytes, names, { sliceBytes });
        assert.deepEqual(stops, []);
        assert.deepEqual(faults, []);
        const written = sources[0]?.data.length ?? 0;
        assert.equal(rows.length, written);
        rows.forEach((row, r) => {
          assert.deepEqual(
            row,
            sources.map(({ data }): unknown => data[r] as unknown),
            `row ${r}`,
          );
        });
      },
    ),
    { numRuns: 150 },
  );
});

test('logical types of older writers', async () => {
  for (const { element, stored, shown } of [
    {
      element: { type: 'INT32', converted_type: 'DATE' },
      stored: [19_782, -1],
      shown: ['2024-02-29', '1969-12-31'],
    },
    {
      element: { type: 'INT32', converted_type: 'TIME_MILLIS' },
      stored: [5, 86_400_000],
      shown: ['00:00:00.005', undefined],
    },
    {
      element: { type: 'INT64', converted_type: 'TIME_MICROS' },
      stored: [5n, -1n],
      shown: ['00:00:00.000005', undefined],
    },
    {
      element: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
      stored: [1n, 2n ** 62n],
      shown: ['1970-01-01T00:00:00.001Z', undefined],
    },
    {
      element: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
      stored: [-1n, 0n],
      shown: ['1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00.000000Z'],
    },
    {
      element: { type: 'INT32', converted_type: 'UINT_32' },
      stored: [4_294_967_295, 1],
      shown: [4_294_967_295, 1],
    },
    {
      element: { type: 'INT64', converted_type: 'DECIMAL', scale: 3, precision: 18 },
      stored: [1n, -15n],
      shown: [0.001, -0.015],
    },
  ] as const) {
    const bytes = await writtenFile([{ name: 'c', data: [...stored] }], {
      elements: [{ name: 'c', repetition_type: 'REQUIRED', ...element }],
    });
    const { rows, faults } = await readFile(bytes, ['c']);
    const expected = shown.filter((value) => value !== undefined);
    assert.deepEqual(
      rows.map(([value]) => value),
      expected,
      element.converted_type,
    );
    // a time that cannot be is a fault of its row
    assert.deepEqual(
      faults.map(({ record, code }) => [record, code]),
      shown[1] === undefined ? [[1, 'ROW_VALUE']] : [],
    );
  }
});

test('types that have no value as a text or number are refused by name', async () => {
  for (const converted of ['BSON', 'INTERVAL'] as const) {
    const element = {
      name: 'c',
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: 12,
      converted_type: converted,
    } as const;
    const plain = { name: 'c', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12 } as const;
    const bytes = await writtenFile([{ name: 'c', data: [new Uint8Array(12)] }], {
      elements: [{ ...plain, repetition_type: 'REQUIRED' }],
      schema: [{ ...element, repetition_type: 'REQUIRED' }],
    });
    await assert.rejects(
      readFile(bytes, ['c']),
      new RegExp(`column 'c' cannot be read: its type ${converted}`),
    );
  }
});
