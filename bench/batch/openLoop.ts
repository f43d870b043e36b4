import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../load.js';

/** Latencies of calls at a fixed rate. */
export interface OpenLoopFigures {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Scores one row every `everyMs`, whether or not the calls before have been answered, until `isOver`. Latencies count
 * from the time at which the call was due.
 */
export async function scoreAtFixedRate(
  url: string,
  body: string,
  everyMs: number,
  isOver: () => boolean,
): Promise<OpenLoopFigures> {
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  const startMs = performance.now();
  for (let call = 0; !isOver(); call++) {
    const dueMs = startMs + call * everyMs;
    await sleep(Math.max(0, dueMs - performance.now()));
    calls.push(
      scoreOnce(url, body).then(() => {
        latencies.push(performance.now() - dueMs);
      }),
    );
  }
  await Promise.all(calls);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => percentile(latencies, share);
  return { calls: latencies.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

async function scoreOnce(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`scoring answered ${answer.status}: ${text}`);
}
