import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parseUploadRequest } from '../../../../shared/batch/submit/parseUploadRequest.js';
import { blobArrived } from '../../../../shared/batch/uploads/blobArrived.js';
import { createUpload } from '../../../../shared/batch/uploads/createUpload.js';
import { removeUploadRecords } from '../../../../shared/batch/uploads/removeUploadRecords.js';
import { seenBlobOf } from '../../../../shared/batch/uploads/seenBlob.js';
import { uploadRecordBlob } from '../../../../shared/batch/uploads/uploadRecord.js';
import { createModelUpload } from '../../../../shared/publish/modelUpload.js';
import { listAll } from '../../../../shared/storage/blobStore.js';
import { startBatch, type Batch, type BatchBed } from '../../../support/batch.js';
import { jsonBytes } from '../../../support/bytes.js';
import { fixturesDir } from '../../../support/modelsDir.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const dayMs = 86_400_000;

async function announce({ context }: Batch): Promise<{ id: string; name: string }> {
  const body = jsonBytes({ service: 'add', fileName: 'a.csv' });
  const upload = await createUpload(context, 'anna', parseUploadRequest(body, { webhookHosts: [] }));
  return { id: upload.uploadId, name: upload.blob.slice('uploads/'.length) };
}

test('what is kept of an upload stays as long as its file, and a day where it never came', async () => {
  const batch = bed.open();
  const { store } = batch;
  const never = await announce(batch);
  const there = await announce(batch);
  await batch.upload(there.name, 'a,b\n1,2\n');
  const job = await blobArrived(batch.context, batch.engine, there.name);
  await batch.engine.wait(job?.id ?? '');
  const model = await createModelUpload(batch.context, { name: 'anna', role: 'Contributor' }, 'model.onnx');
  const kept = async () => {
    const blobs = [never.id, there.id, model.uploadId].map(uploadRecordBlob);
    const found = await Promise.all([...blobs, seenBlobOf(there.name)].map((blob) => store.find(blob)));
    return found.map((one) => one !== undefined);
  };
  await removeUploadRecords(batch.context);
  assert.deepEqual(await kept(), [true, true, true, true]);
  batch.clock.move(dayMs + 60_000);
  await removeUploadRecords(batch.context);
  assert.deepEqual(await kept(), [false, true, false, true]);
  await store.remove({ container: 'uploads', name: there.name });
  await removeUploadRecords(batch.context);
  assert.deepEqual(await kept(), [false, false, false, false]);
});

test('a record of an earlier release that does not name its blob stays until jobs are removed', async () => {
  const batch = bed.open({ settings: { jobRetentionDays: 3 } });
  const blob = seenBlobOf('add/1.0.0/earlier.csv');
  await batch.store.put(blob, jsonBytes({ contentMd5: '', jobId: 'x' }));
  batch.clock.move(2 * dayMs);
  await removeUploadRecords(batch.context);
  assert.ok(await batch.store.find(blob));
  batch.clock.move(2 * dayMs);
  await removeUploadRecords(batch.context);
  assert.equal(await batch.store.find(blob), undefined);
});

test('one run looks at a part of many records, and the next ones at the others', async () => {
  const batch = bed.open();
  const { store } = batch;
  const stay = { owner: 'anna', createdMs: 0, options: { services: [{ name: 'add', version: '1.0.0' }] } };
  // pages of one record each
  const small = {
    ...batch.context,
    store: { ...store, list: (c: string, p: string, o = {}) => store.list(c, p, { ...o, pageSize: 1 }) },
  };
  await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      store.put(uploadRecordBlob(`many-${String(at).padStart(2, '0')}`), jsonBytes(stay)),
    ),
  );
  batch.clock.move(2 * dayMs);
  const left = async () => {
    let count = 0;
    for await (const { name } of listAll(store, 'state', 'uploads/many-')) if (name) count++;
    return count;
  };
  const counts: number[] = [];
  for (let runs = 0; runs < 3; runs++) {
    await removeUploadRecords(small);
    counts.push(await left());
  }
  assert.deepEqual(counts, [6, 2, 0]);
});

test('a record that is no JSON disturbs no other', async () => {
  const batch = bed.open();
  const { id } = await announce(batch);
  await batch.store.put(uploadRecordBlob('00-broken'), Buffer.from('{'));
  batch.clock.move(2 * dayMs);
  await removeUploadRecords(batch.context);
  assert.equal(await batch.store.find(uploadRecordBlob(id)), undefined);
  assert.ok(await batch.store.find(uploadRecordBlob('00-broken')));
});
