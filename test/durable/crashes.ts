import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKeys } from '../../local/keys.js';
import { EventType, type HistoryEvent } from '../../local/durable/historyEvents.js';
import { DurableStore } from '../../local/durable/sqliteStore.js';
import { startHostProcess, type HostProcess } from './hostProcess.js';
import { writeDurableApp } from './durableApp.js';

const WAVES = 20;
const WIDTH = 10;
const PER_GENERATION = 3;
const EXPECTED = {
  waves: WAVES,
  sum: Array.from({ length: WAVES * WIDTH }, (_, at) => Math.floor(at / WIDTH) * 100 + (at % WIDTH)).reduce(
    (a, b) => a + b,
  ),
};

export interface CrashReport {
  readonly kills: number;
  readonly instances: number;
  /** From the start of the process to the first thing the instance does by itself. */
  readonly goesOnMs: readonly number[];
  /** Activities that ran although their result was stored. */
  readonly needlessRuns: number;
  /** Activities that were running when the process was killed, and ran again. */
  readonly secondRuns: number;
}

interface Run {
  readonly wave: number;
  readonly i: number;
}

/**
 * Runs instances of 20 waves of 10 activities, with timers and new generations, and kills the host with SIGKILL at
 * moments that `random` picks, until it was killed `kills` times and the last instance has ended. Every instance
 * must end Completed with the exact output.
 */
export async function runWithCrashes(dir: string, kills: number, random: () => number): Promise<CrashReport> {
  const appDir = writeDurableApp(path.join(dir, 'app'));
  const dataDir = path.join(dir, 'data');
  const goesOnMs: number[] = [];
  let [killed, instances, needlessRuns, secondRuns] = [0, 0, 0, 0];
  let host = await startHostProcess({ appDir, dataDir });
  try {
    while (killed < kills) {
      instances += 1;
      const id = `crash-${instances}`;
      const file = path.join(dir, `${id}.jsonl`);
      await startWaves(host, dataDir, id, file);
      while (killed < kills && !(await ended(host, dataDir, id, random() * 900))) {
        await host.kill();
        killed += 1;
        const before = runsOf(file);
        const stored = storedResults(dataDir, id);
        host = await startHostProcess({ appDir, dataDir });
        goesOnMs.push(await untilItGoesOn(host, dataDir, id, file, before.length));
        const again = runsOf(file).slice(before.length);
        needlessRuns += again.filter((run) => stored.has(keyOf(run))).length;
        secondRuns += again.filter((run) => before.some((one) => keyOf(one) === keyOf(run))).length;
      }
      while (!(await ended(host, dataDir, id, 60_000)));
      const runs = runsOf(file);
      assert.equal(new Set(runs.map(keyOf)).size, WAVES * WIDTH, 'every activity has run');
      const status = await statusOf(host, dataDir, id);
      assert.equal(status.runtimeStatus, 'Completed');
      assert.deepEqual(status.output, EXPECTED);
    }
  } finally {
    await host.kill();
  }
  return { kills: killed, instances, goesOnMs, needlessRuns, secondRuns };
}

const keyOf = ({ wave, i }: Run): string => `${wave}/${i}`;

function runsOf(file: string): Run[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Run);
}

function address({ port }: HostProcess, dataDir: string, tail: string): string {
  const code = openKeys(dataDir).system.durabletask_extension;
  return `http://127.0.0.1:${port}/runtime/webhooks/durabletask/${tail}?code=${encodeURIComponent(code)}`;
}

async function startWaves(host: HostProcess, dataDir: string, id: string, file: string): Promise<void> {
  const input = {
    activity: 'count',
    waves: WAVES,
    width: WIDTH,
    perGeneration: PER_GENERATION,
    pauseEvery: 6,
    file,
    ms: 20,
  };
  const body = JSON.stringify(input);
  const answer = await fetch(address(host, dataDir, `orchestrators/waves/${id}`), { method: 'POST', body });
  assert.equal(answer.status, 202);
}

interface Status {
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly lastUpdatedTime: string;
}

async function statusOf(host: HostProcess, dataDir: string, id: string): Promise<Status> {
  return (await (await fetch(address(host, dataDir, `instances/${id}`))).json()) as Status;
}

function isOpen({ runtimeStatus }: Status): boolean {
  return runtimeStatus === 'Running' || runtimeStatus === 'Pending';
}

/** Whether the instance ends within `waitMs`. */
async function ended(host: HostProcess, dataDir: string, id: string, waitMs: number): Promise<boolean> {
  const untilMs = performance.now() + waitMs;
  while (isOpen(await statusOf(host, dataDir, id))) {
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) return false;
    await sleep(Math.min(leftMs, 20));
  }
  return true;
}

/** Until an activity has run, or the instance has changed in another way, since the process was started. */
async function untilItGoesOn(
  host: HostProcess,
  dataDir: string,
  id: string,
  file: string,
  runs: number,
): Promise<number> {
  const before = await statusOf(host, dataDir, id);
  for (;;) {
    const now = await statusOf(host, dataDir, id);
    const changed = now.lastUpdatedTime !== before.lastUpdatedTime || !isOpen(now);
    if (changed || runsOf(file).length > runs) return performance.now() - host.startedMs;
    await sleep(10);
  }
}

/** The activities of the current generation whose results are in the store of the dead process. */
function storedResults(dataDir: string, id: string): ReadonlySet<string> {
  const store = new DurableStore(path.join(dataDir, 'durable.db'));
  try {
    const events = store.history(id).map((text) => JSON.parse(text) as HistoryEvent);
    const inbox = store.inbox(id, Number.MAX_SAFE_INTEGER).map(({ event }) => event);
    const stored = new Set<string>();
    for (const event of [...events, ...inbox]) {
      if (event.EventType !== EventType.TaskCompleted) continue;
      const { n } = JSON.parse(event.Result ?? '{}') as { n: number };
      stored.add(`${Math.floor(n / 100)}/${n % 100}`);
    }
    return stored;
  } finally {
    store.close();
  }
}
