import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobFailure } from '../../../../../shared/batch/jobFailure.js';
import { fc } from '../../../../support/property.js';
import { fixture, fixtureColumns, readFile } from './parquetFiles.js';

const names = [
  'none',
  'snappy',
  'gzip',
  'zstd',
  'brotli',
  'lz4',
  'v2',
  'encodings',
  'smallPages',
  'smallPagesIndex',
];
const files = new Map(names.map((name) => [name, fixture(name)]));

/** A few bytes changed, often near the end where the footer is, and perhaps something cut out. */
const damage = fc.record({
  name: fc.constantFrom(...names),
  flips: fc.array(
    fc.record({
      fromEnd: fc.boolean(),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.nat(255),
    }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  cut: fc.option(fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(300) }), {
    freq: 6,
  }),
  sliceBytes: fc.constantFrom(400, 3000, 2 ** 20),
});

test('damaged files give rows, a stop by code or a JobFailure', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async ({ name, flips, cut, sliceBytes }) => {
      let bytes = files.get(name)?.slice() as Uint8Array<ArrayBuffer>;
      for (const { fromEnd, place, byte } of flips) {
        const at = Math.floor(place * (fromEnd ? Math.min(bytes.length, 3000) : bytes.length));
        bytes[fromEnd ? bytes.length - 1 - at : at] = byte;
      }
      if (cut) {
        const at = Math.floor(cut.place * bytes.length);
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + cut.length)]);
      }
      try {
        const { rows, faults, stops } = await readFile(bytes, fixtureColumns, { sliceBytes });
        assert.ok(rows.length + faults.length <= 600);
        for (const { code, message } of stops)
          assert.ok(code === 'JOB_INPUT_FORMAT' && message.startsWith('Parquet: row group'));
        if (stops.length === 0) assert.equal(rows.length + faults.length, 600);
      } catch (error) {
        if (!(error instanceof JobFailure)) throw error;
        assert.ok(['JOB_INPUT_FORMAT', 'JOB_INPUT_TOO_LARGE'].includes(error.code));
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 400) },
  );
});
