import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import { until } from './jobClient.js';

const file = fileCleanUp();
let app: BatchApp;

/** So many rows that fill a chunk each two: there is something to see while the job runs. */
const inputOf = (rows: number) =>
  ['x,pad\n'].concat(Array.from({ length: rows }, (_, i) => `${i},${'p'.repeat(500)}\n`)).join('');

/** Rows of a job that runs to its end, and of one that is ended long before: a row takes a fifth of a second. */
const fewRows = 12;
const manyRows = 300;

const submitSlow = (rows: number, model = 'slow') =>
  app.client.submit(`service=${model}&parallelCount=2`, 'text/csv', inputOf(rows));

interface Progress {
  readonly chunks: number;
  readonly chunksScored: number;
  readonly chunksSettled: number;
  readonly rowsPerSecond: number;
  readonly etaSeconds: number | null;
}

/** The settled rows, as soon as there are some. */
const someRows = (id: string) =>
  until(`rows of job ${id}`, async () => {
    const rows = await app.client.rows(id);
    return rows.length > 0 ? rows : undefined;
  });

before(async () => {
  app = await startBatchApp(file, {
    models: {
      'slow/1.0.0': { fixture: 'heavy' },
      'medium/1.0.0': { fixture: 'medium' },
      'cars/1.0.0': { shipped: 'transmission/1.0.0' },
    },
    environment: { WARMSTART_CHUNK_BYTES: '1024' },
  });
});

test('while a job runs it shows its progress, and rows that never change', async () => {
  const id = await submitSlow(fewRows);
  const seen = await someRows(id);
  const answer = await app.client.get(`/jobs/${id}`);
  const view = jsonOf(answer) as {
    state: string;
    lanes: number;
    counts: { rows: number };
    progress: Progress;
  };
  assert.equal(view.state, 'InProgress');
  assert.equal(answer.headers.get('retry-after'), '1');
  assert.ok(view.counts.rows >= seen.length && view.counts.rows < fewRows);
  const { chunks, chunksScored, chunksSettled, etaSeconds } = view.progress;
  assert.ok(chunksSettled > 0 && chunksSettled <= chunksScored && chunksScored < chunks);
  assert.ok(etaSeconds !== null && etaSeconds > 0);
  const pending = jsonOf(await app.client.get(`/jobs/${id}/results/${fewRows - 1}`), 409);
  assert.equal(pending.code, 'SCORE_ERR_ROW_PENDING');
  for (const path of ['results', 'errors', 'manifest', 'rerun']) {
    const sent =
      path === 'rerun' ? app.client.post(`/jobs/${id}/rerun`) : app.client.get(`/jobs/${id}/${path}`);
    assert.equal(jsonOf(await sent, 409).code, 'SCORE_ERR_JOB_STATE', path);
  }
  assert.equal((await app.client.get(`/jobs/${id}/log`)).status, 200);
  await app.client.completed(id);
  const rows = await app.client.rows(id);
  assert.equal(rows.length, fewRows);
  assert.deepEqual(rows.slice(0, seen.length), seen);
});

test('a cancelled job is Canceled at once, keeps its settled rows and takes no more', async () => {
  const id = await submitSlow(manyRows);
  const seen = await someRows(id);
  const canceled = jsonOf(await app.client.post(`/jobs/${id}/cancel`)) as {
    state: string;
    counts: { rows: number };
  };
  assert.equal(canceled.state, 'Canceled');
  const kept = canceled.counts.rows;
  assert.ok(kept >= seen.length && kept < manyRows);
  const rows = await app.client.rows(id);
  assert.equal(rows.length, kept);
  assert.deepEqual(rows.slice(0, seen.length), seen);
  // once more is no change, and its lanes bring no row
  const again = jsonOf(await app.client.post(`/jobs/${id}/cancel`));
  assert.deepEqual(again.counts, canceled.counts);
  const other = await app.client.submit('service=cars', 'text/csv', 'hp,wt\n1,2\n');
  await app.client.completed(other);
  assert.deepEqual(await app.client.rows(id), rows);
  const problem = jsonOf(await app.client.get(`/jobs/${id}/results`), 409);
  assert.equal(problem.code, 'SCORE_ERR_JOB_STATE');
  assert.match(String(problem.detail), /Canceled; ask with from and count/);
});

test('a rerun of a cancelled job takes over what succeeded and scores the rest', async () => {
  const mediumRows = 200;
  const first = await submitSlow(mediumRows, 'medium');
  await someRows(first);
  await app.client.post(`/jobs/${first}/cancel`);
  const kept = await app.client.rows(first);
  const answer = jsonOf(await app.client.post(`/jobs/${first}/rerun`), 202);
  const job = await app.client.completed(String(answer.id));
  assert.equal(job.rerunOf, first);
  assert.equal(job.counts.rows, mediumRows);
  const rows = await app.client.rows(job.id);
  assert.deepEqual(rows.slice(0, kept.length), kept);
  const lines = (await app.client.get(`/jobs/${job.id}/log`)).text.trimEnd().split('\n');
  const scored = lines
    .map((line) => JSON.parse(line) as { event: string; rows?: number })
    .filter(({ event }) => event === 'chunk')
    .reduce((sum, { rows: count = 0 }) => sum + count, 0);
  assert.ok(scored <= mediumRows - kept.length, `${scored} rows were scored, ${kept.length} were there`);
  assert.equal(jsonOf(await app.client.get(`/jobs/${job.id}/manifest`)).rerunOf, first);
});

test('a deleted job is gone at once, and its blobs when its lanes are back', async () => {
  const id = await submitSlow(manyRows);
  await someRows(id);
  const answer = await app.client.post(`/jobs/${id}`, { method: 'DELETE' });
  assert.equal(answer.status, 204);
  for (const path of ['', '/results', '/results?from=0', '/results/0', '/errors', '/manifest', '/log']) {
    assert.equal(
      jsonOf(await app.client.get(`/jobs/${id}${path}`), 404).code,
      'SCORE_ERR_JOB_NOT_FOUND',
      path,
    );
  }
  for (const path of ['/cancel', '/rerun'])
    assert.equal((await app.client.post(`/jobs/${id}${path}`)).status, 404);
  assert.equal((await app.client.post(`/jobs/${id}`, { method: 'DELETE' })).status, 404);
  const { jobs } = jsonOf(await app.client.get('/jobs')) as { jobs: { id: string }[] };
  assert.ok(jobs.every((job) => job.id !== id));
  await until(`the blobs of job ${id} to go`, async () => {
    const { blobs } = await app.store.list('batches', `jobs/${id}/`);
    return blobs.length === 0 ? true : undefined;
  });
});

test('an ended job can be deleted, and everything of it goes', async () => {
  const id = await app.client.submit('service=cars', 'text/csv', 'hp,wt\n1,2\n');
  await app.client.completed(id);
  assert.equal((await app.client.post(`/jobs/${id}`, { method: 'DELETE' })).status, 204);
  await until(`the blobs of job ${id} to go`, async () => {
    const { blobs } = await app.store.list('batches', `jobs/${id}/`);
    return blobs.length === 0 ? true : undefined;
  });
});

test('an input that is overwritten while the job runs ends it with that reason', async () => {
  const blob = { container: 'uploads', name: 'changed.csv' };
  await app.store.put(blob, Buffer.from(inputOf(manyRows)));
  const id = await app.client.describe({ service: 'slow', parallelCount: 2, input: { blob: blob.name } });
  const seen = await someRows(id);
  await app.store.put(blob, Buffer.from('x,pad\n1,2\n'));
  const { state, fault, counts } = await app.client.ended(id);
  assert.equal(state, 'Failed');
  assert.equal(fault?.code, 'JOB_INPUT_CHANGED');
  assert.match(fault.message, /changed\.csv/);
  const rows = await app.client.rows(id);
  assert.equal(rows.length, counts.rows);
  assert.deepEqual(rows.slice(0, seen.length), seen);
});
