import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../../../shared/batch/job.js';
import { expectRejection } from '../../../support/expectFault.js';
import { fc } from '../../../support/property.js';
import { describe, send } from './requests.js';

test('all options can be given in the query', async () => {
  const query = new URLSearchParams({
    ...{ services: 'a,b/1', modelColumn: 'm', parallelCount: '3', format: 'csv', gzip: 'true' },
    ...{ encoding: 'utf-16be', delimiter: '\t', quote: "'", escape: '\\', comment: '#', header: 'false' },
    ...{ columns: 'x,y', join: 'x', outputFormat: 'jsonLines', spreadsheetSafe: 'true', maxErrorRows: '7' },
    ...{ maxErrorPercent: '0.25', maxFailedChunks: '1', 'notify.queue': 'done' },
  });
  const { input, ...options } = await send(query, 'text/csv');
  assert.equal(input.kind, 'body');
  assert.deepEqual(options, {
    services: [{ name: 'a' }, { name: 'b', version: '1' }],
    modelColumn: 'm',
    dialect: {
      ...{ format: 'csv', gzip: true, encoding: 'utf-16be', delimiter: '\t', quote: "'" },
      ...{ escape: '\\', comment: '#', header: false, columns: ['x', 'y'] },
    },
    parallelCount: 3,
    join: ['x'],
    outputFormat: 'jsonLines',
    spreadsheetSafe: true,
    errorLimits: { rows: 7, percent: 0.25, chunks: 1 },
    notify: { queue: 'done' },
  } satisfies Omit<JobSpec, 'input'>);
});

test('parameters that are unknown, repeated or unreadable are refused, and named', async () => {
  const cases: readonly [string, string][] = [
    ['/service', ''],
    ['/service', 'service='],
    ['/service', 'service=a&service=a'],
    ['/Service', 'Service=a'],
    ['/input', 'service=a&input=x'],
    ['/code', 'service=a&code=x'],
    ['/notify', 'service=a&notify=queue'],
    ['/notify.mail', 'service=a&notify.mail=x'],
    ['/notify', 'service=a&notify.queue=abc&notify.webhook=https://hooks.example.com/'],
    ['/notify/queue', 'service=a&notify.queue='],
    ['/notify.queue', 'service=a&notify.queue=abc&notify.queue=abc'],
    ['/__proto__', 'service=a&__proto__=1'],
    ['/services/1', 'services=a,'],
    ['/parallelCount', 'service=a&parallelCount='],
    ['/parallelCount', 'service=a&parallelCount=1e1'],
    ['/parallelCount', 'service=a&parallelCount=-1'],
    ['/parallelCount', 'service=a&parallelCount=101'],
    ['/maxErrorRows', 'service=a&maxErrorRows=1.5'],
    ['/maxErrorPercent', 'service=a&maxErrorPercent=Infinity'],
    ['/maxErrorPercent', 'service=a&maxErrorPercent=101'],
    ['/header', 'service=a&header=1'],
    ['/header', 'service=a&header=TRUE'],
    ['/spreadsheetSafe', 'service=a&spreadsheetSafe'],
    ['/delimiter', 'service=a&delimiter='],
    ['/join/0', 'service=a&join='],
    ['/columns/1', 'service=a&columns=x,,y'],
    ['/modelColumn', 'services=a&modelColumn='],
  ];
  for (const [pointer, query] of cases) {
    await expectRejection(send(query, 'text/csv'), { code: 'SCORE_ERR_JOB_OPTION', pointer });
  }
});

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const choice = fc.oneof(
  name,
  fc.tuple(name, name).map((pair) => pair.join('/')),
);
const column = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes(',') && text.isWellFormed());
const columns = fc.uniqueArray(column, { minLength: 1, maxLength: 5 });
const marks = fc.shuffledSubarray([',', ';', '|', '"', "'", '#', '%', '\t', '&', '+'], {
  minLength: 3,
  maxLength: 3,
});

const options = fc
  .record({
    models: fc.oneof(
      fc.record({ service: name, version: maybe(name) }),
      fc.record({
        // with modelColumn a model can have one version
        services: fc.uniqueArray(choice, {
          minLength: 1,
          maxLength: 4,
          selector: (service) => service.split('/', 1)[0],
        }),
        modelColumn: maybe(column),
      }),
    ),
    marks: maybe(marks.map(([delimiter, quote, comment]) => ({ delimiter, quote, comment, escape: '\\' }))),
    noQuote: fc.boolean(),
    names: fc.oneof(fc.record({ header: maybe(fc.boolean()) }), fc.record({ columns })),
    others: fc.record({
      parallelCount: maybe(fc.integer({ min: 1, max: 100 })),
      gzip: maybe(fc.boolean()),
      encoding: maybe(fc.constantFrom('utf-8', 'utf-16le', 'utf-16be')),
      join: maybe(
        fc.oneof(
          fc.constant('*' as const),
          columns.filter((list) => list.join() !== '*'),
        ),
      ),
      outputFormat: maybe(fc.constantFrom('csv', 'jsonLines', 'parquet')),
      spreadsheetSafe: maybe(fc.boolean()),
      maxErrorRows: maybe(fc.nat()),
      maxErrorPercent: maybe(fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100)),
      maxFailedChunks: maybe(fc.nat()),
      notify: maybe(
        fc.oneof(
          fc.constant({ queue: 'done' }),
          fc.webPath().map((path) => ({ webhook: `https://hooks.example.com${path}?a=1&b=%2C` })),
        ),
      ),
    }),
  })
  .map(({ models, marks: given, noQuote, names, others }): Record<string, unknown> => {
    const { escape, ...rest } = given ?? {};
    const cell = noQuote ? { ...rest, quote: null } : { ...rest, escape };
    return { ...models, ...(given ? cell : {}), ...names, ...others };
  });

const asText = (value: unknown): string =>
  value === null
    ? ''
    : Array.isArray(value)
      ? value.join(',')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);

/** The options as query parameters. */
function toQuery(said: Record<string, unknown>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(said)) {
    if (value === undefined) continue;
    if (key === 'notify') {
      for (const [way, where] of Object.entries(value as object)) query.set(`notify.${way}`, String(where));
    } else query.set(key, asText(value));
  }
  return query;
}

test('options mean the same in the query as in a description', async () => {
  const property = fc.asyncProperty(options, async (said) => {
    const described = await describe({ ...said, format: 'csv', input: { blob: 'a.csv' } });
    const sent = await send(toQuery(said), 'text/csv');
    assert.deepEqual({ ...sent, input: undefined }, { ...described, input: undefined });
    assert.equal(sent.errorLimits.chunks, said.maxFailedChunks ?? 0);
  });
  await fc.assert(property, { numRuns: 500 });
});
