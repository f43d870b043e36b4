import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { ToWorker } from '../../shared/runtime/messages.js';
import { startBatch } from '../support/batch.js';
import { fixturesDir } from '../support/modelsDir.js';
import { fileCleanUp } from '../support/temporaryDir.js';

// The only scoring thread is ended while it works on a chunk. No row of that chunk has a number, so that no model runs
// then: a thread inside ONNX Runtime cannot be ended.

const t = fileCleanUp();
const badRows = 40_000;
const goodRows = 1000;
const note = '.'.repeat(20);
const csv = `x,note\n${`none,${note}\n`.repeat(badRows)}${`1,${note}\n`.repeat(goodRows)}`;
const options = { service: 'int64-identity', parallelCount: 1, join: ['note'] };
let started: Awaited<ReturnType<typeof startBatch>>;

before(async () => {
  started = await startBatch(t, {
    modelsDir: fixturesDir(t, 'int64-identity'),
    settings: { WARMSTART_CHUNK_BYTES: String(badRows * (6 + note.length)) },
  });
});

/** What the planning tries (shared/batch/plan/probeWork.ts). */
const probeBytes = [16 * 1024, 256 * 1024];

/** Threads that are still to be lost. */
let left = 0;

process.on('worker', (thread) => {
  const post = thread.postMessage.bind(thread) as (message: ToWorker, transfer: ArrayBuffer[]) => void;
  thread.postMessage = (message: ToWorker, transfer: ArrayBuffer[] = []): void => {
    post(message, transfer);
    if (left === 0 || !('type' in message) || message.type !== 'chunk') return;
    const [segment] = message.task.segments;
    // the first chunk, and none of the probes, which begin there too
    if (segment?.kind !== 'text' || segment.from > 100) return;
    if (probeBytes.includes(segment.to - segment.from)) return;
    left--;
    void thread.terminate();
  };
});

test('a chunk whose thread was lost is scored again, and the job completes', async () => {
  const batch = started.open();
  left = 2;
  const { id, state, frozen } = await batch.runJob({ options: options, records: csv });
  assert.deepEqual([state, left], ['Complete', 0]);
  assert.deepEqual(frozen?.counts, { rows: badRows + goodRows, succeeded: goodRows, failed: badRows });
  const errors = (await batch.file(id, 'results.errors.jsonl')) ?? '';
  assert.equal(errors.match(/"ROW_VALUE"/g)?.length, badRows);
});

test('a chunk that loses its thread again and again fails as a whole, and the others stand', async () => {
  const batch = started.open();
  left = 3;
  const request = { options: { ...options, maxFailedChunks: 1 }, records: csv };
  const { id, state, frozen } = await batch.runJob(request);
  assert.deepEqual([state, left], ['Complete', 0]);
  assert.deepEqual(frozen?.counts, { rows: badRows + goodRows, succeeded: goodRows, failed: badRows });
  const errors = (await batch.file(id, 'results.errors.jsonl')) ?? '';
  assert.equal(errors.split('\n').length - 1, badRows);
});

test('a chunk that fails as a whole fails a job that allows none', async () => {
  const batch = started.open();
  left = 3;
  const { state, fault } = await batch.runJob({ options: options, records: csv });
  assert.deepEqual([state, fault?.code], ['Failed', 'JOB_CHUNKS_FAILED']);
});
