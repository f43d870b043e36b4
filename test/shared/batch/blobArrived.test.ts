import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { JobRecord } from '../../../shared/batch/job.js';
import { parseUploadRequest } from '../../../shared/batch/submit/parseUploadRequest.js';
import { blobArrived } from '../../../shared/batch/uploads/blobArrived.js';
import { createUpload } from '../../../shared/batch/uploads/createUpload.js';
import { startBatch, type Batch, type BatchBed } from '../../support/batch.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const csv = 'a,b\n1,2\n3,4\n';
const arrived = ({ context, engine }: Batch, name: string) => blobArrived(context, engine, name);

async function ended(batch: Batch, job: JobRecord | undefined): Promise<JobRecord> {
  assert.ok(job, 'no job was started');
  await batch.engine.wait(job.id);
  return batch.job(job.id);
}

test('a blob below a model starts one job, however often it is told', async () => {
  const batch = bed.open();
  const name = 'add/1.0.0/drop/one.csv';
  await batch.upload(name, csv);
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => arrived(batch, name)));
  const job = await ended(batch, first);
  assert.deepEqual(
    [job.state, job.owner, job.origin, job.frozen?.counts.rows],
    ['Complete', 'Contributor', 'upload', 2],
  );
  const late = await arrived(batch, name);
  assert.deepEqual(new Set([...others, late].map((one) => one?.id)), new Set([job.id]));
  assert.equal(batch.scored.length, 1);
});

test('a change of metadata alone starts nothing, new content does', async () => {
  const batch = bed.open();
  const name = 'add/1.0.0/changed.csv';
  await batch.upload(name, csv);
  const first = await ended(batch, await arrived(batch, name));
  await batch.store.setMetadata({ container: 'uploads', name }, { seen: 'yes' });
  assert.equal(await arrived(batch, name), undefined);
  // the same content once more, by a new upload
  await batch.upload(name, csv);
  assert.equal(await arrived(batch, name), undefined);
  await batch.upload(name, `${csv}5,6\n`);
  const second = await ended(batch, await arrived(batch, name));
  assert.notEqual(second.id, first.id);
  assert.equal(second.frozen?.counts.rows, 3);
  assert.equal(new Set(batch.engine.begun).size, 2);
});

test('what is no input of a model starts nothing', async () => {
  const batch = bed.open();
  const names = [
    'add/1.0.0/empty.csv',
    'add/one.csv',
    'one.csv',
    'nothing/1.0.0/one.csv',
    'add/7.0.0/x.csv',
    'a b/1/x.csv',
  ];
  for (const name of names) {
    await batch.upload(name, name.includes('empty') ? '' : csv);
    assert.equal(await arrived(batch, name), undefined, name);
  }
  assert.equal(await arrived(batch, 'add/1.0.0/never-there.csv'), undefined);
  assert.deepEqual(batch.engine.begun, []);
});

test('an upload that was announced has its options and its owner', async () => {
  const batch = bed.open();
  const body = {
    service: 'add',
    fileName: 'rows.csv',
    join: ['k'],
    outputFormat: 'jsonLines',
    parallelCount: 3,
  };
  const request = parseUploadRequest(new TextEncoder().encode(JSON.stringify(body)), { webhookHosts: [] });
  const upload = await createUpload(batch.context, 'anna', request);
  const put = await fetch(upload.url, {
    method: upload.method,
    headers: upload.headers,
    body: 'k,a,b\nx,1,2\n',
  });
  assert.equal(put.status, 201);
  const [container, ...rest] = upload.blob.split('/');
  assert.deepEqual([container, rest[0], rest[1], rest[2]], ['uploads', 'add', '1.0.0', upload.uploadId]);
  const job = await ended(batch, await arrived(batch, rest.join('/')));
  assert.deepEqual([job.state, job.owner, job.spec.parallelCount], ['Complete', 'anna', 3]);
  assert.equal(await batch.file(job.id, 'results.jsonl'), '{"k":"x","sum":3}\n');
});

test('an upload of somebody who is gone, or is bound to other models now, starts nothing', async () => {
  const request = parseUploadRequest(Buffer.from('{"service":"add","fileName":"a.csv"}'), {
    webhookHosts: [],
  });
  const bound = { name: 'anna', role: 'Reader', services: ['other'] } as const;
  for (const now of [undefined, bound]) {
    const batch = bed.open({ ownerNow: () => Promise.resolve(now) });
    const { blob } = await createUpload(batch.context, 'anna', request);
    const name = blob.slice('uploads/'.length);
    await batch.upload(name, csv);
    assert.equal(await arrived(batch, name), undefined);
    assert.deepEqual(batch.engine.begun, []);
    assert.match(batch.log.lines.join(), /starts no job: SCORE_ERR_ACCESS_FORBIDDEN/);
  }
});
