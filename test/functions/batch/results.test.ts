import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { utf8 } from '../../support/bytes.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';

const file = fileCleanUp();
let app: BatchApp;
let id: string;
let text: string;

/** Rows of the job that everything is asked about; every 10th is bad. */
const rowCount = 25_000;
const isBad = (row: number) => row % 10 === 7;
/** The cells of a row that are data of the caller, and are shown to nobody but in results and error rows. */
const canary = 'CANARY-7f3a';

const input = ['hp,name,wt\n']
  .concat(
    Array.from(
      { length: rowCount },
      (_, i) => `${isBad(i) ? canary : i % 300},"${canary}, ${i}",${1 + (i % 4)}\n`,
    ),
  )
  .join('');

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

interface Manifest {
  readonly inputs: readonly {
    readonly sizeBytes: number;
    readonly digest: { over: string; value: string };
  }[];
  readonly models: readonly { readonly name: string; readonly sha256: string }[];
  readonly results: readonly unknown[];
  readonly chunks: readonly { firstRow: number; sha256: string; segments: { from: number; to: number }[] }[];
  readonly files: readonly { name: string; kind: 'result' | 'errors'; sizeBytes: number; sha256: string }[];
}

before(async () => {
  app = await startBatchApp(file, { environment: { WARMSTART_CHUNK_BYTES: '65536' } });
  await app.store.put({ container: 'uploads', name: 'cars/all.csv' }, utf8(input));
  id = await app.client.describe({ service: 'cars', join: ['name'], input: { blob: 'cars/all.csv' } });
  const { counts } = await app.client.completed(id);
  assert.deepEqual(counts, { rows: rowCount, succeeded: rowCount * 0.9, failed: rowCount * 0.1 });
  text = await app.client.text(id, 'results');
});

test('the whole file has a header and the rows that succeeded, in order', () => {
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, 1 + rowCount * 0.9);
  assert.equal(lines[0], 'name,answer');
  const good = Array.from({ length: rowCount }, (_, i) => i).filter((i) => !isBad(i));
  for (const [at, row] of good.entries())
    assert.match(lines[at + 1] ?? '', new RegExp(`^"${canary}, ${row}",[\\d.e-]+$`));
});

test('result and error file together have all rows, each once', async () => {
  const errors = (await app.client.text(id, 'errors')).trimEnd().split('\n');
  const rows = errors.map((line) => (JSON.parse(line) as { row: number }).row);
  assert.deepEqual(rows, Array.from({ length: rowCount }, (_, i) => i).filter(isBad));
});

test('pages put together are all rows in order, and single rows are the same', async () => {
  const sizes = [10_000, 10_000, 10_000];
  const pages = await Promise.all(
    sizes.map((count, page) => app.client.get(`/jobs/${id}/results?from=${page * 10_000}&count=${count}`)),
  );
  const read = pages.map(
    (page) =>
      jsonOf(page) as { rows: { row: number; outputs?: object }[]; isLast: boolean; settledRows: number },
  );
  assert.deepEqual(
    read.map(({ isLast }) => isLast),
    [false, false, true],
  );
  const rows = read.flatMap((page) => page.rows);
  assert.deepEqual(
    rows.map(({ row }) => row),
    Array.from({ length: rowCount }, (_, i) => i),
  );
  assert.ok(rows.every(({ row, outputs }) => (outputs === undefined) === isBad(row)));
  for (const row of [0, 7, 9_999, 10_000, rowCount - 1]) {
    const single = jsonOf(await app.client.get(`/jobs/${id}/results/${row}`));
    assert.deepEqual(single, rows[row]);
  }
});

test('pages of errors are the error file cut in pieces', async () => {
  const whole = (await app.client.text(id, 'errors'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const found = [];
  for (let from = 0; ; from += 999) {
    const page = jsonOf(await app.client.get(`/jobs/${id}/errors?from=${from}&count=999`));
    found.push(...(page.errors as unknown[]));
    assert.equal(page.settledErrors, whole.length);
    if (page.isLast === true) break;
  }
  assert.deepEqual(found, whole);
});

test('a page behind the end is empty, a row behind it is 404', async () => {
  const page = jsonOf(await app.client.get(`/jobs/${id}/results?from=${rowCount}&count=5`));
  assert.deepEqual(page, { from: rowCount, rows: [], settledRows: rowCount, isLast: true });
  const problem = jsonOf(await app.client.get(`/jobs/${id}/results/${rowCount}`), 404);
  assert.equal(problem.code, 'SCORE_ERR_ROW_NOT_FOUND');
});

test('the redirect leads to storage, is not cached and names the file', async () => {
  const answer = await fetch(`${app.url}/jobs/${id}/results`, { redirect: 'manual' });
  assert.equal(answer.status, 307);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const link = new URL(answer.headers.get('location') ?? '');
  const lifetimeMs = Date.parse(link.searchParams.get('se') ?? '') - Date.now();
  assert.ok(lifetimeMs > 0 && lifetimeMs <= 15 * 60_000);
  assert.equal(link.searchParams.get('sp'), 'r');
  const loaded = await fetch(link);
  assert.match(loaded.headers.get('content-disposition') ?? '', /attachment; filename="results\.csv"/);
  assert.equal(loaded.headers.get('content-type'), 'text/csv; charset=utf-8');
  link.pathname = link.pathname.replace('results.csv', 'results.errors.jsonl');
  assert.equal((await fetch(link)).status, 403);
});

test('the manifest has the hashes of the real bytes', async () => {
  const manifest = jsonOf(await app.client.get(`/jobs/${id}/manifest`)) as unknown as Manifest;
  const kinds = { result: 'results', errors: 'errors' } as const;
  assert.deepEqual(
    manifest.files.map(({ kind }) => kind),
    ['result', 'errors'],
  );
  for (const { kind, sizeBytes, sha256: said } of manifest.files) {
    const bytes = await app.client.file(id, kinds[kind]);
    assert.deepEqual([bytes.length, sha256(bytes)], [sizeBytes, said], kind);
  }
  const { models } = await app.client.job(id);
  assert.deepEqual(manifest.models, models);
  assert.deepEqual(manifest.results, [
    {
      name: 'results',
      models: [{ name: 'cars', version: '1.0.0' }],
      rows: rowCount,
      succeeded: rowCount * 0.9,
      failed: rowCount * 0.1,
    },
  ]);
});

test('the digest of a large input can be made again from its bytes', async () => {
  const manifest = jsonOf(await app.client.get(`/jobs/${id}/manifest`)) as unknown as Manifest;
  const [{ sizeBytes, digest } = assert.fail()] = manifest.inputs;
  const bytes = utf8(input);
  assert.equal(sizeBytes, bytes.length);
  assert.ok(manifest.chunks.length > 5, 'the input was not cut');
  for (const { segments, sha256: said } of manifest.chunks) {
    assert.equal(sha256(bytes.subarray(segments[0]?.from, segments[0]?.to)), said);
  }
  const list = manifest.chunks.map((chunk) => `${chunk.sha256}\n`).join('');
  const over = digest.over === 'content' ? bytes : list;
  assert.equal(digest.value, sha256(over));
});

test('nothing but results and error rows shows what is in the cells', async () => {
  const view = await app.client.get(`/jobs/${id}`);
  const log = await app.client.get(`/jobs/${id}/log`);
  const list = await app.client.get('/jobs');
  const manifest = await app.client.get(`/jobs/${id}/manifest`);
  for (const shown of [view.text, log.text, list.text, manifest.text, app.log.lines.join('\n')]) {
    assert.doesNotMatch(shown, /CANARY/);
  }
  assert.match((await app.client.get(`/jobs/${id}/errors?count=1`)).text, /CANARY/);
});

test('the log is JSON Lines with states, chunks, lanes and a few error rows', async () => {
  const { text: log, headers } = await app.client.get(`/jobs/${id}/log`);
  assert.equal(headers.get('content-type'), 'application/jsonl');
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; state?: string; rows?: number });
  assert.deepEqual(
    lines.flatMap(({ state }) => state ?? []),
    ['Pending', 'InProgress', 'Complete'],
  );
  const rows = (event: string) =>
    lines.filter((line) => line.event === event).reduce((sum, line) => sum + (line.rows ?? 0), 0);
  assert.equal(rows('chunk'), rowCount);
  assert.equal(rows('lane'), rowCount);
  const samples = lines.filter(({ event }) => event === 'error-row').length;
  assert.ok(samples > 0 && samples < 100);
});

test('pages of an error row that nobody may ask for are refused', async () => {
  for (const path of [
    'results?from=-1',
    'results?count=0',
    'results?count=10001',
    'results?from=1e3',
    'results/-1',
    'results/x',
    'errors?from=x',
    'results?result=other',
  ]) {
    const problem = jsonOf(await app.client.get(`/jobs/${id}/${path}`), 422);
    assert.equal(problem.code, 'SCORE_ERR_JOB_OPTION', path);
  }
});
