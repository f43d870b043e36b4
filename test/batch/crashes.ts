import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobStore } from '../../shared/storage/blobStore.js';
import type { AppProcess } from './appProcess.js';
import type { CrashJob } from './crashJobs.js';
import { completedFile, jobEnds, jobOf, listedStates, submitJob, visibleRows } from './jobCalls.js';

/** A host that is killed and started again on the same folder. */
export interface CrashBed {
  readonly start: () => Promise<AppProcess>;
  readonly store: BlobStore;
}

/** When a job is killed next: resolves to true at that moment, to false when the job has ended before. */
export type KillMoment = (bed: CrashBed, url: string, jobId: string) => Promise<boolean>;

export interface CrashedJob {
  readonly kills: number;
  /** Rows that were seen before the end. */
  readonly seenRows: number;
}

/** A job takes seconds; one that has not ended by then hangs. */
const endWithinMs = 120_000;

/** Within `mostMs` of now, as `random` says. */
export function atRandom(random: () => number, mostMs: number): KillMoment {
  return async (_bed, url, jobId) => !(await jobEnds(url, jobId, random() * mostMs));
}

/** As soon as the blobs of the job fit, looked at without a pause. */
export function when(fits: (names: readonly string[]) => boolean): KillMoment {
  return async ({ store }, url, jobId) => {
    for (;;) {
      const names: string[] = [];
      const prefix = `jobs/${jobId}/`;
      const { blobs } = await store.list('batches', prefix, { pageSize: 5000 });
      names.push(...blobs.map(({ name }) => name.slice(prefix.length)));
      if (fits(names)) return true;
      if (names.includes('manifest.json')) return !(await jobEnds(url, jobId, 0));
      await sleep(1);
    }
  };
}

/** Runs one job without a kill; gives its result file. */
export async function runQuietly(app: AppProcess, job: CrashJob): Promise<string> {
  const id = await submitJob(app.url, job.query, job.body, job.headers);
  return completedFile(app.url, id, endWithinMs);
}

/** What has become of one job of `killAtRandom`. */
export interface RandomKills extends CrashedJob {
  readonly name: string;
  readonly rows: number;
}

/** Runs jobs of the kinds in turn, until the host was killed `wanted` times, each at most `mostMs` after its start. */
export async function* killAtRandom(
  bed: CrashBed,
  host: { app: AppProcess },
  kinds: readonly (readonly [string, CrashJob])[],
  {
    wanted,
    mostMs,
    random,
  }: { readonly wanted: number; readonly mostMs: number; readonly random: () => number },
): AsyncGenerator<RandomKills> {
  const files = new Map<string, string>();
  for (let [killed, at] = [0, 0]; killed < wanted; at++) {
    const [name, job] = kinds[at % kinds.length] as (typeof kinds)[number];
    const expected = files.get(name) ?? (await runQuietly(host.app, job));
    files.set(name, expected);
    const left = Array.from({ length: wanted - killed }, () => atRandom(random, mostMs));
    const crashed = await runWithKills(bed, host, job, expected, left);
    killed += crashed.kills;
    yield { name, rows: job.rows, ...crashed };
  }
}

/**
 * Runs one job and kills the host at the given moments, until the job has ended. What was seen of it at any time must
 * stay, and its file must be `expected` byte for byte. `host.app` is the process that runs; it is replaced.
 */
export async function runWithKills(
  bed: CrashBed,
  host: { app: AppProcess },
  job: CrashJob,
  expected: string,
  moments: Iterable<KillMoment>,
): Promise<CrashedJob> {
  const key = randomUUID();
  const headers = { ...job.headers, 'idempotency-key': key };
  const id = await submitJob(host.app.url, job.query, job.body, headers);
  let seen: readonly unknown[] = [];
  let kills = 0;
  for (const moment of moments) {
    if (!(await moment(bed, host.app.url, id))) break;
    seen = await stillThere(host.app.url, id, seen);
    await host.app.kill();
    kills += 1;
    host.app = await bed.start();
    seen = await stillThere(host.app.url, id, seen);
  }
  const file = await completedFile(host.app.url, id, endWithinMs);
  const { counts } = await jobOf(host.app.url, id);
  assert.deepEqual(counts, { rows: job.rows, succeeded: job.rows, failed: 0 });
  assert.ok(file === expected, `job ${id}: ${file.length} bytes differ from the ${expected.length} expected`);
  await stillThere(host.app.url, id, seen);
  // a client that never got its answer asks again: it is the same job, and it does not run again
  assert.equal(await submitJob(host.app.url, job.query, job.body, headers), id);
  await listed(host.app.url, id);
  return { kills, seenRows: seen.length };
}

/** What is visible now, which must begin with what was visible before. */
async function stillThere(url: string, id: string, before: readonly unknown[]): Promise<readonly unknown[]> {
  const now = await visibleRows(url, id);
  assert.deepEqual(now.slice(0, before.length), before, 'a visible row has changed');
  return now;
}

/** The list says what the job says, as soon as its run is over. */
async function listed(url: string, id: string): Promise<void> {
  const untilMs = performance.now() + endWithinMs;
  while ((await listedStates(url)).get(id) !== 'Complete') {
    assert.ok(performance.now() < untilMs, `the list does not say that job ${id} is Complete`);
    await sleep(20);
  }
}
