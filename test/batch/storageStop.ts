import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../support/azurite.js';
import { temporaryDir, type CleanUp } from '../support/temporaryDir.js';
import { startHostOn } from './crashBed.js';
import { runQuietly } from './crashes.js';
import type { CrashJob } from './crashJobs.js';
import { completedFile, jobOf, submitJob, visibleRows } from './jobCalls.js';

/** Stops the storage server for `downMs` when the first rows of a job are there: the job must end exactly. */
export async function runWithStorageStop(t: CleanUp, job: CrashJob, downMs: number): Promise<void> {
  const folder = temporaryDir(t);
  const storage = await startAzurite(t, { folder });
  const { host } = await startHostOn(t, storage.connectionString, path.join(temporaryDir(t), 'data'));
  const expected = await runQuietly(host.app, job);
  const id = await submitJob(host.app.url, job.query, job.body, job.headers);
  while ((await visibleRows(host.app.url, id)).length === 0) await sleep(1);
  assert.equal((await jobOf(host.app.url, id)).state, 'InProgress');
  await storage.stop();
  await sleep(downMs);
  await startAzurite(t, { folder, ports: storage.ports });
  assert.ok((await completedFile(host.app.url, id, 120_000)) === expected, 'the result differs');
}
