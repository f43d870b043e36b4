import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { utf8 } from '../../support/bytes.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp, temporaryDir } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import { until } from './jobClient.js';

const file = fileCleanUp();
let app: BatchApp;

const csv = 'hp,wt,name\n110,2.62,Mazda\n93,2.32,Datsun\nx,1,bad\n';

before(async () => {
  app = await startBatchApp(file, { triggers: true });
});

interface Upload {
  readonly uploadId: string;
  readonly blob: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires: string;
  readonly curl: string;
}

const announce = async (description: object) =>
  jsonOf(await app.client.post('/uploads', { body: description }), 201) as unknown as Upload;

async function put({ url, method, headers }: Upload, content: string): Promise<void> {
  const answer = await fetch(url, { method, headers, body: content });
  assert.equal(answer.status, 201, await answer.text());
}

interface Listed {
  readonly id: string;
  readonly services: readonly string[];
}

/** The jobs of a model, newest first, as soon as there are as many as wanted. */
const jobsOf = (model: string, wanted = 1) =>
  until(`${wanted} jobs of ${model}`, async () => {
    const { jobs } = jsonOf(await app.client.get(`/jobs?service=${model}`)) as { jobs: Listed[] };
    return jobs.length >= wanted ? jobs : undefined;
  });

test('an announced file starts its job when it is there, with its options and owner', async () => {
  const upload = await announce({
    service: 'cars',
    fileName: 'my cars.csv',
    contentType: 'text/csv',
    join: ['name'],
    parallelCount: 3,
  });
  const lifetimeMs = Date.parse(upload.expires) - Date.now();
  assert.ok(lifetimeMs > 50 * 60_000 && lifetimeMs <= 60 * 60_000);
  assert.equal(upload.blob, `uploads/cars/1.0.0/${upload.uploadId}/my cars.csv`);
  assert.deepEqual(jsonOf(await app.client.get('/jobs')), { jobs: [] });
  await put(upload, csv);
  const [listed] = await jobsOf('cars');
  const job = await app.client.completed(listed?.id ?? '');
  assert.deepEqual(job.counts, { rows: 3, succeeded: 2, failed: 1 });
  assert.deepEqual([job.origin, job.parallelCount], ['upload', 3]);
  assert.match(await app.client.text(job.id, 'results'), /^name,answer\nMazda,/);
  const manifest = jsonOf(await app.client.get(`/jobs/${job.id}/manifest`)) as {
    owner: string;
    inputs: { name: string }[];
  };
  assert.equal(manifest.owner, 'local');
  assert.equal(`uploads/${manifest.inputs[0]?.name ?? ''}`, upload.blob);

  // metadata alone: a new state of the blob, but the same content, which starts no job
  const [, name = ''] = /^uploads\/(.*)$/.exec(upload.blob) ?? [];
  await app.store.setMetadata({ container: 'uploads', name }, { seen: 'yes' });
  // another file, which does start one, tells that the change has been looked at
  await app.store.put({ container: 'uploads', name: 'penguins/1.0.0/x.csv' }, utf8('island\n'));
  await jobsOf('penguins');
  assert.equal((await jobsOf('cars')).length, 1);
});

test('the curl of the answer works as it is', async () => {
  const dir = temporaryDir(file);
  const fileName = "it's a $file & more.csv";
  writeFileSync(path.join(dir, fileName), 'a,b\n1,2\n3,4\n');
  const upload = await announce({ service: 'add', fileName });
  const command = upload.curl.replace(/^curl /, 'curl -s -S -f ');
  await promisify(execFile)('sh', ['-c', command], { cwd: dir });
  const [listed] = await jobsOf('add');
  const job = await app.client.completed(listed?.id ?? '');
  assert.equal(job.counts.succeeded, 2);
});

test('the link of an upload writes its blob alone, and does not read', async () => {
  const upload = await announce({ service: 'cars', fileName: 'a.csv' });
  assert.equal((await fetch(upload.url)).status, 403);
  const other = await fetch(upload.url.replace('/a.csv', '/b.csv'), {
    method: 'PUT',
    headers: upload.headers,
    body: 'x',
  });
  assert.equal(other.status, 403);
});

test('a file put below a model starts a job with the defaults, one elsewhere or without a byte starts none', async () => {
  const blob = (name: string) => ({ container: 'uploads', name });
  const none = [
    'ids/1.0.0/empty.csv',
    'nope/1.0.0/a.csv',
    'ids/9.9.9/a.csv',
    'ids/a.csv',
    'ids.csv',
    'ids/1.0.0',
  ];
  for (const name of none) await app.store.put(blob(name), utf8(name.includes('empty') ? '' : 'x\n1\n'));
  await app.store.put(blob('ids/1.0.0/2026/11/a.csv'), utf8('x\n9007199254740993\n'));
  const [listed, ...more] = await jobsOf('ids');
  assert.equal(more.length, 0);
  const job = await app.client.job(listed?.id ?? '').catch((error: unknown) => error);
  assert.ok(!(job instanceof Error), String(job));
  const warned = app.log.lines.filter((line) => line.includes('starts no job'));
  assert.ok(
    warned.every((line) => !line.includes('/')),
    warned.join(),
  );
});

test('the same name with other content is another job', async () => {
  const blob = { container: 'uploads', name: 'types/1.0.0/again.csv' };
  await app.store.put(blob, utf8('a\n1\n'));
  await jobsOf('types', 1);
  await app.store.put(blob, utf8('a\n2\n'));
  const ids = (await jobsOf('types', 2)).map(({ id }) => id);
  assert.equal(new Set(ids).size, 2);
});
