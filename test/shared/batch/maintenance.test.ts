import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { listJobs, writeIndex, type JobFilter } from '../../../shared/batch/jobIndex.js';
import type { JobRecord } from '../../../shared/batch/job.js';
import { createJob, readJob } from '../../../shared/batch/jobStore.js';
import { runMaintenance } from '../../../shared/batch/maintenance.js';
import { deleteJob, removeJobBlobs } from '../../../shared/batch/removeJob.js';
import { ScheduleStore } from '../../../shared/batch/schedules/scheduleStore.js';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { requestOf, startBatch, type BatchBed } from '../../support/batch.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add', 'matrix') });
});

const records = 'a,b\n1,2\n';
const options = { service: 'add', format: 'csv' };
const dayMs = 86_400_000;

/** Records and index entries alone. */
async function listedJobs(): Promise<JobRecord[]> {
  const { store } = bed;
  const jobs = Array.from({ length: 24 }, (_, i): JobRecord => {
    const { spec, jobId } = requestOf({ options, records });
    const state = (['Pending', 'Complete', 'Failed'] as const)[i % 3] as JobRecord['state'];
    return {
      ...{
        id: jobId,
        owner: i % 2 === 0 ? 'list anna' : 'list bén',
        origin: 'http',
        createdMs: 1_000_000 + i,
        requestSha256: '',
      },
      ...{ spec, state, history: [], stages: {}, restarts: 0 },
      models: [{ name: i % 4 < 2 ? 'list-a' : 'list-b', version: String(i % 2), sha256: '' }],
      ...(state === 'Complete'
        ? { frozen: { chunks: 1, counts: { rows: i, succeeded: i - 1, failed: 1 } } }
        : {}),
    };
  });
  for (const job of jobs) {
    await createJob(store, job);
    await writeIndex(store, job);
  }
  return jobs;
}

async function pages(filter: JobFilter, pageSize: number): Promise<string[]> {
  const ids: string[] = [];
  let page: string | undefined;
  do {
    const { jobs, next } = await listJobs(bed.store, filter, page, pageSize);
    assert.ok(jobs.length <= pageSize);
    ids.push(...jobs.map(({ id }) => id));
    page = next;
  } while (page !== undefined);
  return ids;
}

test('lists have the jobs of the filter, newest first, in pages of any size', async (t) => {
  const jobs = (await listedJobs()).toReversed();
  t.after(async () => {
    for (const job of jobs) await removeJobBlobs(bed.open().context, job);
  });
  const check = async (filter: JobFilter, fits: (job: JobRecord) => boolean) => {
    const expected = jobs.filter(fits).map(({ id }) => id);
    for (const pageSize of [1, 5, 100]) assert.deepEqual(await pages(filter, pageSize), expected);
    assert.ok(expected.length > 0);
  };
  const anna = 'list anna';
  await check({ owners: [anna] }, ({ owner }) => owner === anna);
  await check({ owners: [anna, 'list bén'] }, ({ owner }) => owner.startsWith('list '));
  await check(
    { owners: ['list bén'], state: 'Failed' },
    (one) => one.owner === 'list bén' && one.state === 'Failed',
  );
  const of = ({ models: [model] }: JobRecord) => `${model?.name}/${model?.version}`;
  await check({ service: 'list-a', version: '1' }, (one) => of(one) === 'list-a/1');
  await check(
    { service: 'list-b', version: '0', state: 'Pending' },
    (one) => of(one) === 'list-b/0' && one.state === 'Pending',
  );
  assert.deepEqual(
    new Set(await pages({ service: 'list-a' }, 7)),
    new Set(jobs.filter((one) => of(one).startsWith('list-a')).map(({ id }) => id)),
  );
  assert.deepEqual(await pages({ service: 'list' }, 7), []);
  const { jobs: shown } = await listJobs(
    bed.store,
    { owners: ['list bén'], state: 'Complete' },
    undefined,
    1,
  );
  const [newest] = jobs.filter((one) => one.owner === 'list bén' && one.state === 'Complete');
  assert.deepEqual(shown[0], {
    ...{ id: newest?.id, owner: 'list bén', state: 'Complete', origin: 'http', createdMs: newest?.createdMs },
    ...{ services: [newest && of(newest)], rows: newest?.frozen?.counts.rows, failed: 1 },
  });
});

test('a job that has run is in the index as it ended', async () => {
  const { runJob } = bed.open();
  const job = await runJob({ options, records: 'a,b\n1,2\nx,1\n', owner: 'ended' });
  const { jobs } = await listJobs(bed.store, { owners: ['ended'] }, undefined, 10);
  assert.deepEqual(
    jobs.map(({ id, state, rows, failed }) => [id, state, rows, failed]),
    [[job.id, 'Complete', 2, 1]],
  );
});

test('old jobs are removed, younger ones stay', async () => {
  const batch = bed.open({ settings: { jobRetentionDays: 2 } });
  const old = await batch.runJob({ options, records });
  batch.clock.move(dayMs);
  const young = await batch.runJob({ options, records });
  batch.clock.move(dayMs);
  await runMaintenance(batch.context, batch.engine);
  assert.ok(await readJob(batch.store, old.id));
  batch.clock.move(1);
  await runMaintenance(batch.context, batch.engine);
  assert.deepEqual([await readJob(batch.store, old.id), await batch.blobs(old.id)], [undefined, []]);
  assert.ok((await batch.blobs(young.id)).includes('results/results.csv'));
  const never = bed.open({ settings: { jobRetentionDays: 0 } });
  never.clock.move(1000 * dayMs);
  await runMaintenance(never.context, never.engine);
  assert.ok(await readJob(never.store, young.id));
});

test('a deleted job whose engine is lost is removed in the end', async () => {
  const batch = bed.open();
  const job = await batch.runJob({ options, records, owner: 'deleting' });
  // a run that never comes back
  batch.engine.set(job.id, 'running');
  await deleteJob(batch.context, batch.engine, job);
  assert.deepEqual((await listJobs(batch.store, { owners: ['deleting'] }, undefined, 10)).jobs, []);
  await runMaintenance(batch.context, batch.engine);
  assert.ok(await readJob(batch.store, job.id));
  batch.clock.move(2 * 3_600_000);
  await runMaintenance(batch.context, batch.engine);
  assert.deepEqual([await readJob(batch.store, job.id), await batch.blobs(job.id)], [undefined, []]);
});

// the record goes before the entries of the index, of which that of all jobs leads the maintenance to the others
for (const place of ['/plan.json', '/job.json', 'add/1.0.0/', '~all/~all/']) {
  test(`a removal that was interrupted at ${place} is taken up again`, async () => {
    const batch = bed.open({ settings: { jobRetentionDays: 1 } });
    const job = await batch.runJob({ options, records });
    batch.clock.move(2 * dayMs);
    const breaking = { ...batch.store, remove: failingOn(batch.store, job.id, place) };
    await runMaintenance({ ...batch.context, store: breaking }, batch.engine);
    const left = async () => {
      const names = (await batch.blobs(job.id)).length;
      const { jobs } = await listJobs(batch.store, { deleted: true }, undefined, 500);
      const { jobs: ofModel } = await listJobs(
        batch.store,
        { service: 'add', deleted: true },
        undefined,
        500,
      );
      return names + [...jobs, ...ofModel].filter(({ id }) => id === job.id).length;
    };
    assert.notEqual(await left(), 0);
    const { jobs } = await listJobs(batch.store, {}, undefined, 500);
    assert.ok(jobs.every(({ id }) => id !== job.id));
    await runMaintenance(batch.context, batch.engine);
    assert.equal(await left(), 0);
  });
}

function failingOn(store: BlobStore, id: string, place: string): BlobStore['remove'] {
  return (blob, signal) =>
    blob.name.includes(id) && blob.name.includes(place)
      ? Promise.reject(new Error('refused'))
      : store.remove(blob, signal);
}

test('a schedule that is due starts one job, also when the maintenance runs twice at once', async () => {
  const batch = bed.open();
  await batch.upload('due/1.csv', records);
  await batch.upload('due/2.csv', 'b,a\n5,5\n');
  const schedules = new ScheduleStore(batch.store, batch.log);
  const { spec } = requestOf({ options: { service: 'add' } });
  const input = { kind: 'prefix', container: 'uploads', prefix: 'due/' } as const;
  const name = { service: 'add', id: 'nightly', owner: 'timer' };
  const nowMs = batch.clock.wallMs();
  await schedules.put(name, { cron: '0 0 3 * * *', enabled: true, options: { ...spec, input } }, { nowMs });
  await runMaintenance(batch.context, batch.engine);
  assert.equal(batch.engine.begun.length, 0);
  for (const runs of [1, 2]) {
    batch.clock.move(dayMs);
    await Promise.all([1, 2].map(() => runMaintenance(batch.context, batch.engine)));
    const jobId: string = batch.engine.begun.at(-1) ?? '';
    await batch.engine.wait(jobId);
    await runMaintenance(batch.context, batch.engine);
    const { state, owner, origin, frozen } = await batch.job(jobId);
    assert.deepEqual([state, owner, origin, frozen?.counts.rows], ['Complete', 'timer', 'schedule', 2]);
    assert.equal(new Set(batch.engine.begun).size, runs);
    assert.equal((await schedules.get(name))?.lastJobId, jobId);
  }
  await schedules.remove(name);
});

test('a schedule whose owner is gone or bound to other models starts no job, and its job reads what he may now', async () => {
  const { store } = bed;
  const dir = `rights/${String(bed.open().clock.wallMs())}/`;
  await bed.open().upload(`${dir}mine.csv`, records);
  const { spec } = requestOf({ options: { service: 'add' } });
  const input = { kind: 'prefix', container: 'uploads', prefix: dir } as const;
  const cases = [
    [undefined, undefined],
    [{ name: 'rita', role: 'Reader', services: ['matrix'] }, undefined],
    // the file was announced by nobody
    [{ name: 'rita', role: 'Reader' }, 'Failed'],
    [{ name: 'rita', role: 'Contributor' }, 'Complete'],
  ] as const;
  for (const [at, [now, state]] of cases.entries()) {
    const name = { service: 'add', id: `rights-${at}`, owner: 'rita' };
    const batch = bed.open({ ownerNow: () => Promise.resolve(now) });
    const schedules = new ScheduleStore(store, batch.log);
    const request = { cron: '0 0 3 * * *', enabled: true, options: { ...spec, input } };
    await schedules.put(name, request, { nowMs: batch.clock.wallMs() });
    batch.clock.move(dayMs);
    await runMaintenance(batch.context, batch.engine);
    const jobId = batch.engine.begun.at(-1);
    if (jobId !== undefined) await batch.engine.wait(jobId);
    assert.equal(jobId === undefined ? undefined : (await batch.job(jobId)).state, state);
    assert.notEqual((await schedules.get(name))?.lastDueMs, undefined);
    await schedules.remove(name);
  }
});

test('the maintenance removes refresh tokens that have expired', async () => {
  const batch = bed.open();
  const blob = { container: 'state', name: 'tokens/left.json' };
  await batch.store.put(blob, new TextEncoder().encode('{}'));
  batch.clock.move(13 * dayMs);
  await runMaintenance(batch.context, batch.engine);
  assert.ok(await batch.store.find(blob));
  batch.clock.move(2 * dayMs);
  await runMaintenance(batch.context, batch.engine);
  assert.equal(await batch.store.find(blob), undefined);
});
