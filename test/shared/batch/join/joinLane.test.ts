import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ChunkSet } from '../../../../shared/batch/chunkSet.js';
import type { JobRecord } from '../../../../shared/batch/job.js';
import { JobPaths } from '../../../../shared/batch/jobPaths.js';
import { finishBatch } from '../../../../shared/batch/join/finishBatch.js';
import { joinLane } from '../../../../shared/batch/join/joinLane.js';
import { joinGroups } from '../../../../shared/batch/join/resultFiles.js';
import { shownChunks } from '../../../../shared/batch/results/shownChunks.js';
import type { BlobStore } from '../../../../shared/storage/blobStore.js';
import { startBatch, type Batch, type BatchBed } from '../../../support/batch.js';
import { fixturesDir } from '../../../support/modelsDir.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const records = `a,b\n${Array.from({ length: 60 }, (_, i) => `${i % 7 === 3 ? 'x' : i},1\n`).join('')}`;

/** A job whose chunks are all scored and whose run ends before the result is joined. */
async function scoredJob(batch: Batch, outputFormat: string): Promise<{ job: JobRecord; groups: number }> {
  const job = await batch.runJob({ options: { service: 'add', format: 'csv', outputFormat }, records });
  assert.equal(job.state, 'InProgress');
  const shown = await shownChunks(batch.context, job);
  assert.ok(shown?.settlement.isWhole);
  return { job, groups: joinGroups(shown.plan, shown.settlement).length };
}

/** A batch path whose runs cannot finish. */
const unfinished = (): Batch =>
  bed.open({
    settings: { chunkBytes: 40, laneBudgetMs: -1 },
    before: ({ activity }) => {
      if (activity === 'finishBatch') throw new Error('lost');
    },
  });

for (const [format, ending] of [
  ['csv', 'csv'],
  ['jsonLines', 'jsonl'],
  ['parquet', 'parquet'],
] as const) {
  test(`${format} that is joined in waves, twice over, is what is joined at once`, async () => {
    const batch = unfinished();
    const bytesOf = async ({ id }: JobRecord) => {
      const found = await batch.store.read(new JobPaths(id).result(`results.${ending}`));
      return Buffer.from(found?.bytes ?? []).toString('latin1');
    };
    const atOnce = await scoredJob(batch, format);
    assert.deepEqual(await finishBatch(batch.context, { jobId: atOnce.job.id }), { over: true });
    const { job, groups } = await scoredJob(batch, format);
    assert.equal(groups, 2);
    let todo = ChunkSet.upTo(groups);
    while (todo.list().length > 0) {
      const input = { jobId: job.id, lane: 0, lanes: 1, todo: todo.toText() };
      const [answer] = await Promise.all([joinLane(batch.context, input), joinLane(batch.context, input)]);
      assert.deepEqual([answer.fault, answer.over], [undefined, undefined]);
      const done = ChunkSet.fromText(answer.done);
      assert.equal(done.list().length, 1);
      todo = todo.without(done);
    }
    const finish = () => finishBatch(batch.context, { jobId: job.id, staged: true });
    assert.deepEqual(await finish(), { over: true });
    const { state, frozen } = await batch.job(job.id);
    assert.deepEqual([state, frozen?.counts], ['Complete', { rows: 60, succeeded: 51, failed: 9 }]);
    assert.equal(await bytesOf(job), await bytesOf(atOnce.job));
    assert.equal(
      await batch.file(job.id, 'results.errors.jsonl'),
      await batch.file(atOnce.job.id, 'results.errors.jsonl'),
    );
    const files = async ({ id }: JobRecord) => {
      const found = await batch.store.read(new JobPaths(id).manifest);
      const manifest = JSON.parse(new TextDecoder().decode(found?.bytes)) as {
        files: { sizeBytes: number }[];
      };
      return manifest.files;
    };
    assert.deepEqual(await files(job), await files(atOnce.job));
    assert.deepEqual(await joinLane(batch.context, { jobId: job.id, lane: 0, lanes: 1, todo: '' }), {
      done: '',
      over: true,
    });
  });
}

test('a part that is gone from storage ends the job by name', async () => {
  const batch = unfinished();
  const { job } = await scoredJob(batch, 'csv');
  const parts = new JobPaths(job.id).partsPrefix;
  const losing: BlobStore['read'] = (blob, options) =>
    blob.name.startsWith(parts) ? Promise.resolve(undefined) : batch.store.read(blob, options);
  const context = { ...batch.context, store: { ...batch.store, read: losing } };
  const answer = await joinLane(context, {
    jobId: job.id,
    lane: 0,
    lanes: 1,
    todo: ChunkSet.upTo(2).toText(),
  });
  assert.equal(answer.fault?.code, 'JOB_STORAGE');
  assert.deepEqual(await finishBatch(context, { jobId: job.id }), { over: true });
  const { state, fault } = await batch.job(job.id);
  assert.deepEqual([state, fault?.code], ['Failed', 'JOB_STORAGE']);
});
