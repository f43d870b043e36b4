import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { utf8 } from '../../support/bytes.js';
import { writtenFile } from '../../shared/batch/read/parquet/writtenFile.js';
import { startBatchApp, type BatchApp } from './batchApp.js';

const file = fileCleanUp();
let app: BatchApp;
/** The answers of the model to the cars, row by row over the scoring route. */
let expected: readonly number[];

const cars = [
  { hp: 110, wt: 2.62 },
  { hp: 93, wt: 2.32 },
  { hp: 175, wt: 3.44 },
  { hp: 335, wt: 3.57 },
];
const csv = table(',');
const jsonLines = cars.map((car) => `${JSON.stringify(car)}\n`).join('');

function table(delimiter: string): string {
  return ['hp', 'wt'].join(delimiter).concat('\n', ...cars.map(({ hp, wt }) => `${hp}${delimiter}${wt}\n`));
}

before(async () => {
  app = await startBatchApp(file);
  const scored = cars.map(async (car) => {
    const answer = jsonOf(await app.client.post('/api/cars/1.0.0', { body: car }));
    return (answer.outputParameters as { answer: number }).answer;
  });
  expected = await Promise.all(scored);
  await Promise.all([
    put('in/a.csv', table(',')),
    put('in/b.csv', table(';')),
    put('in/c.jsonl', jsonLines),
    put('in/sub/d.csv.gz', gzipSync(table('\t'))),
    put('in/notes.txt', 'nothing'),
  ]);
});

async function put(name: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? utf8(content) : content;
  await app.store.put({ container: 'uploads', name }, bytes);
}

async function answersOf(id: string): Promise<unknown[]> {
  return (await app.client.rows(id)).map(({ outputs }) => outputs?.answer);
}

const bodies: readonly (readonly [
  string,
  string,
  string,
  () => string | Uint8Array | Promise<Uint8Array>,
])[] = [
  ['CSV', 'text/csv', '', () => csv],
  ['CSV of another delimiter', 'text/csv; charset=utf-8', '&delimiter=%3B', () => table(';')],
  ['CSV without header', 'text/csv; header=absent', '', () => csv.slice(csv.indexOf('\n') + 1)],
  ['TSV', 'text/tab-separated-values', '', () => table('\t')],
  ['JSON Lines', 'application/jsonl', '', () => jsonLines],
  ['JSON Lines by its other name', 'application/x-ndjson', '', () => jsonLines],
  ['a JSON array', 'application/json', '', () => JSON.stringify(cars)],
  ['gzip of CSV', 'application/gzip', '&format=csv', () => gzipSync(csv)],
  ['gzip of JSON Lines', 'application/gzip', '&format=jsonLines', () => gzipSync(jsonLines)],
  [
    'Parquet',
    'application/vnd.apache.parquet',
    '',
    () =>
      writtenFile([
        { name: 'hp', type: 'DOUBLE', data: cars.map(({ hp }) => hp) },
        { name: 'wt', type: 'DOUBLE', data: cars.map(({ wt }) => wt) },
      ]),
  ],
];

for (const [what, type, query, make] of bodies) {
  test(`${what} as the body gives the answers of the scoring route`, async () => {
    const body = await make();
    const id = await app.client.submit(`service=cars${query}`, type, body);
    const { counts } = await app.client.completed(id);
    assert.deepEqual(counts, { rows: 4, succeeded: 4, failed: 0 });
    assert.deepEqual(await answersOf(id), expected);
    const text = await app.client.text(id, 'results');
    const isJson = type.includes('json') || query.includes('json');
    assert.ok(text.startsWith(isJson ? '{"answer":' : 'answer\n'), text);
    const { inputs } = jsonOf(await app.client.get(`/jobs/${id}/manifest`)) as {
      inputs: { digest: unknown }[];
    };
    const value = createHash('sha256').update(body).digest('hex');
    assert.deepEqual(inputs[0]?.digest, { algorithm: 'sha256', over: 'content', value });
  });
}

test('gzip as the content encoding is unpacked', async () => {
  const headers = { 'content-encoding': 'gzip' };
  const id = await app.client.submit('service=cars', 'text/csv', gzipSync(csv), headers);
  await app.client.completed(id);
  assert.deepEqual(await answersOf(id), expected);
});

test('an accepted job says when to look again, and where', async () => {
  const answer = await app.client.post('/jobs?service=cars', {
    headers: { 'content-type': 'text/csv' },
    body: csv,
  });
  const { id, state, links } = jsonOf(answer, 202) as {
    id: string;
    state: string;
    links: Record<string, string>;
  };
  assert.equal(state, 'Pending');
  assert.equal(answer.headers.get('retry-after'), '1');
  assert.equal(answer.headers.get('location'), links.self);
  await app.client.completed(id);
  for (const name of ['self', 'results', 'errors', 'manifest', 'log']) {
    const { status } = await app.client.get(links[name] ?? '');
    assert.equal(status, 200, name);
  }
});

test('one blob, several blobs and a prefix with a pattern are read in order', async () => {
  const one = await app.client.describe({ service: 'cars', input: { blob: 'in/a.csv' } });
  const blobs = ['in/c.jsonl', 'in/a.csv', 'in/sub/d.csv.gz', 'in/b.csv'];
  const several = await app.client.describe({ service: 'cars', input: { blobs } });
  const found = await app.client.describe({ service: 'cars', input: { prefix: 'in/', pattern: '*.csv*' } });
  assert.equal((await app.client.completed(one)).counts.rows, 4);
  assert.deepEqual(await answersOf(one), expected);
  assert.equal((await app.client.completed(several)).counts.rows, 16);
  assert.deepEqual(await answersOf(several), [...expected, ...expected, ...expected, ...expected]);
  assert.equal((await app.client.completed(found)).counts.rows, 12);
  const { inputs } = jsonOf(await app.client.get(`/jobs/${found}/manifest`)) as {
    inputs: { name: string }[];
  };
  assert.deepEqual(
    inputs.map(({ name }) => name),
    ['in/a.csv', 'in/b.csv', 'in/sub/d.csv.gz'],
  );
});

test('an error row names its input and its row there', async () => {
  await put('bad/1.csv', 'hp,wt\n1,2\n3,4\n');
  await put('bad/2.csv', 'hp,wt\n5,6\nx,7\n');
  const id = await app.client.describe({ service: 'cars', input: { prefix: 'bad/' } });
  assert.deepEqual((await app.client.completed(id)).counts, { rows: 4, succeeded: 3, failed: 1 });
  const [error, ...more] = await app.client.errors(id);
  assert.equal(more.length, 0);
  const { row, input, inputRow, code, column, text } = error ?? assert.fail();
  assert.deepEqual(
    { row, input, inputRow, code, column, text },
    { row: 3, input: 'bad/2.csv', inputRow: 1, code: 'ROW_VALUE', column: 'hp', text: 'x' },
  );
});

test('blobs that are not there end the job with their names', async () => {
  const id = await app.client.describe({ service: 'cars', input: { blobs: ['in/a.csv', 'in/gone.csv'] } });
  const { state, fault, counts } = await app.client.ended(id);
  assert.equal(state, 'Failed');
  assert.equal(fault?.code, 'JOB_INPUT_MISSING');
  assert.match(fault.message, /in\/gone\.csv/);
  assert.doesNotMatch(fault.message, /in\/a\.csv/);
  assert.equal(counts.rows, 0);
});

test('an ended job tells what each of its stages took', async () => {
  for (const [type, body, names] of [
    ['text/csv', csv, ['planned', 'scored', 'joined', 'finished']],
    ['application/gzip', gzipSync(csv), ['unpacked', 'planned', 'scored', 'joined', 'finished']],
  ] as const) {
    const id = await app.client.submit('service=cars&format=csv', type, body);
    const { stages, created, ended } = (await app.client.completed(id)) as unknown as {
      stages: Record<string, number>;
      created: string;
      ended: string;
    };
    assert.deepEqual(
      Object.keys(stages),
      names.map((name) => `${name}Ms`),
    );
    const sumMs = Object.values(stages).reduce((sum, ms) => sum + ms, 0);
    assert.equal(sumMs, Date.parse(ended) - Date.parse(created));
    assert.ok(Object.values(stages).every((ms) => ms >= 0));
  }
});
