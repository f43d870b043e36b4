import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobState } from '../../shared/batch/job.js';
import { isTerminal } from '../../shared/batch/state.js';
import { jsonOf, send } from '../support/http.js';

/** A job as the app answers it. */
export interface JobAnswer {
  readonly id: string;
  readonly state: JobState;
  readonly fault?: { readonly code: string; readonly message: string };
  readonly counts: { readonly rows: number; readonly succeeded: number; readonly failed: number };
}

/** Submits records, or blobs described by JSON; `headers` say which. Gives the id. */
export async function submitJob(
  url: string,
  query: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const { id } = jsonOf(await send(`${url}/jobs?${query}`, { body, headers }), 202) as { id: string };
  return id;
}

export async function jobOf(url: string, id: string): Promise<JobAnswer> {
  return jsonOf(await send(`${url}/jobs/${id}`)) as unknown as JobAnswer;
}

/** Whether the job ends within `waitMs`. */
export async function jobEnds(url: string, id: string, waitMs: number): Promise<boolean> {
  const untilMs = performance.now() + waitMs;
  while (!isTerminal((await jobOf(url, id)).state)) {
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) return false;
    await sleep(Math.min(leftMs, 50));
  }
  return true;
}

/** The result file of a job that must be Complete within `waitMs`, as everybody gets it. */
export async function completedFile(url: string, id: string, waitMs: number): Promise<string> {
  await jobEnds(url, id, waitMs);
  const job = await jobOf(url, id);
  assert.equal(job.state, 'Complete', JSON.stringify(job));
  const { status, text } = await send(`${url}/jobs/${id}/results`);
  assert.equal(status, 200, text.slice(0, 1000));
  return text;
}

/** The settled rows of a job as `first,second,...`, without the header: what anybody sees of it now. */
export async function visibleRows(url: string, id: string): Promise<readonly unknown[]> {
  const page = jsonOf(await send(`${url}/jobs/${id}/results?from=0&count=10000`));
  const rows = page.rows as readonly { readonly row: number; readonly outputs: unknown }[];
  rows.forEach(({ row }, at) => {
    assert.equal(row, at, 'rows are numbered without a gap');
  });
  return rows.map(({ outputs }) => outputs);
}

/** The states of the newest jobs in the list, by id. */
export async function listedStates(url: string): Promise<ReadonlyMap<string, string>> {
  const { jobs } = jsonOf(await send(`${url}/jobs?count=500`)) as { jobs: { id: string; state: string }[] };
  return new Map(jobs.map(({ id, state }) => [id, state]));
}
