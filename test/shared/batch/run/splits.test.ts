import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { JobRecord } from '../../../../shared/batch/job.js';
import { resultPage } from '../../../../shared/batch/results/resultPage.js';
import { startBatch, type BatchBed } from '../../../support/batch.js';
import { fixturesDir } from '../../../support/modelsDir.js';
import { fc } from '../../../support/property.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';
import { looseCharacters, looseText, properText } from '../read/csv/csvArbitraries.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

/** All that is told of a job's rows. */
interface Told {
  readonly state: JobRecord['state'];
  readonly fault: JobRecord['fault'];
  readonly counts: object | undefined;
  readonly results: string | undefined;
  readonly errors: string | undefined;
  /** The settled rows, with their errors. */
  readonly page: string;
}

const oneChunk = 2 ** 20;

async function told(records: string | Uint8Array, chunkBytes: number, options: object = {}): Promise<Told> {
  // lanes come back after each chunk, so that waves and generations follow one another
  const { runJob, file: textOf, context } = bed.open({ settings: { chunkBytes, laneBudgetMs: -1 } });
  const described = { service: 'add', format: 'csv', join: ['t'], parallelCount: 7, ...options };
  const job = await runJob({ options: described, records });
  const { state, fault, frozen } = job;
  const [results, errors] = [
    await textOf(job.id, 'results.csv'),
    await textOf(job.id, 'results.errors.jsonl'),
  ];
  const page = await resultPage(context, job, { from: 0, count: 1000, result: undefined });
  return { state, fault, counts: frozen?.counts, results, errors, page };
}

async function sameAsOneChunk(
  records: string | Uint8Array,
  chunkBytes: number,
  options?: object,
): Promise<Told> {
  const whole = await told(records, oneChunk, options);
  assert.deepEqual(await told(records, chunkBytes, options), whole);
  const { results, errors, counts, page } = whole;
  const rows = (JSON.parse(page) as { rows: { row: number; outputs?: unknown }[] }).rows;
  assert.deepEqual(
    rows.map(({ row }) => row),
    Array.from({ length: rows.length }, (_, at) => at),
  );
  const succeeded = rows.filter(({ outputs }) => outputs).length;
  assert.deepEqual(counts, { rows: rows.length, succeeded, failed: rows.length - succeeded });
  if (whole.state === 'Complete') {
    assert.ok(results !== undefined && errors !== undefined);
    assert.equal(errors.split('\n').length - 1, rows.length - succeeded);
  }
  return whole;
}

const header = 'a,b,t\n';
const tricky = `${header}1,2,"x\n""y"\r\n3,4,"é€\n\n😀"\n5,6,q"q\r\n7,8,"a" b\n"9",10,\n11,12,"\r\n"\n`;

test('a text with all that matters gives the same bytes wherever it is cut', async () => {
  const whole = await told(tricky, oneChunk);
  assert.deepEqual(whole.counts, { rows: 6, succeeded: 5, failed: 1 });
  const size = Buffer.byteLength(tricky) - header.length;
  for (let chunkBytes = 2; chunkBytes <= size; chunkBytes += chunkBytes < 10 ? 1 : 9) {
    assert.deepEqual(await told(tricky, chunkBytes), whole, `chunks of ${chunkBytes} bytes`);
  }
});

test('the same in UTF-16, with CR alone, and with other quotes', async () => {
  for (const chunkBytes of [5, 16]) {
    await sameAsOneChunk(Buffer.from(`\ufeff${tricky}`, 'utf16le'), chunkBytes);
    await sameAsOneChunk(tricky.replaceAll('\r\n', '\n').replaceAll('\n', '\r'), chunkBytes);
    await sameAsOneChunk(tricky.replaceAll('"', "'"), chunkBytes, { quote: "'" });
    await sameAsOneChunk(tricky.replaceAll('"', ''), chunkBytes, { quote: null });
  }
});

test('a quote that is never closed fails the job at the same place, and the rows before it stay', async () => {
  const records = `${header}1,2,x\n3,4,"y\n5,6,z\n7,8,9\n`;
  const { state, fault, counts } = await sameAsOneChunk(records, 5);
  assert.deepEqual([state, fault?.code], ['Failed', 'JOB_QUOTE_UNCLOSED']);
  assert.deepEqual(counts, { rows: 1, succeeded: 1, failed: 0 });
});

const chunkSizes = fc.integer({ min: 3, max: 60 });

test('random records, well-formed or not, give the same bytes as one chunk', async () => {
  const rest = fc.oneof(
    properText(3),
    looseText(looseCharacters, 60),
    looseText(['1', ',', '2', '"', '\n', 'é'], 90),
  );
  await fc.assert(
    fc.asyncProperty(rest, chunkSizes, async (text, chunkBytes) => {
      await sameAsOneChunk(header + text, chunkBytes);
    }),
    { numRuns: 20 },
  );
});

test('random JSON Lines give the same bytes as one chunk', async () => {
  const line = fc.oneof(
    fc.record({
      a: fc.integer({ max: 9, min: 0 }),
      b: fc.integer({ max: 9, min: 0 }),
      t: fc.string({ unit: 'grapheme' }),
    }),
    fc.constantFrom({ a: 'x', b: 1 }, { a: 1 }),
  );
  const text = fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: line.map((one) => JSON.stringify(one)) },
        fc.constantFrom('{"a":', '', ' '),
      ),
    )
    .map((lines) => lines.join('\n'));
  await fc.assert(
    fc.asyncProperty(text, chunkSizes, async (lines, chunkBytes) => {
      const first = '{"a":1,"b":2,"t":"first"}\n';
      await sameAsOneChunk(first + lines, chunkBytes, { format: 'jsonLines', outputFormat: 'csv' });
    }),
    { numRuns: 6 },
  );
});
