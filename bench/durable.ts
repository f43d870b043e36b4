import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKeys } from '../local/keys.js';
import { writeDurableApp } from '../test/durable/durableApp.js';
import { startHostProcess, type HostProcess } from '../test/durable/hostProcess.js';
import { median } from './load.js';

// What the durable backend of the local host costs: `npm run bench:durable [-- --quick]`. Everything goes over HTTP to
// a host in a process of its own with its store on disk.

interface Status {
  readonly runtimeStatus: string;
  readonly output: unknown;
}

class Hub {
  constructor(
    readonly host: HostProcess,
    private readonly code: string,
  ) {}

  async start(name: string, id: string, input: object): Promise<void> {
    const answer = await this.#call(`orchestrators/${name}/${id}`, {
      method: 'POST',
      body: JSON.stringify(input),
    });
    if (answer.status !== 202) throw new Error(`start of ${id}: ${answer.status}`);
    await answer.arrayBuffer();
  }

  async status(id: string): Promise<Status> {
    return (await (await this.#call(`instances/${id}`)).json()) as Status;
  }

  /** Milliseconds from the start of an instance until it is seen as Completed. */
  async run(name: string, id: string, input: object): Promise<number> {
    const begunMs = performance.now();
    await this.start(name, id, input);
    await this.completed(id);
    return performance.now() - begunMs;
  }

  async completed(id: string, pauseMs = 1): Promise<void> {
    for (;;) {
      const { runtimeStatus, output } = await this.status(id);
      if (runtimeStatus === 'Completed') return;
      if (runtimeStatus === 'Failed') throw new Error(`${id} failed: ${String(output)}`);
      await sleep(pauseMs);
    }
  }

  #call(tail: string, init?: RequestInit): Promise<Response> {
    const base = `http://127.0.0.1:${this.host.port}/runtime/webhooks/durabletask/`;
    return fetch(`${base}${tail}?code=${this.code}`, init);
  }
}

async function main(quick: boolean): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'bench-durable-'));
  const appDir = writeDurableApp(path.join(dir, 'app'));
  const dataDir = path.join(dir, 'data');
  const open = async (): Promise<Hub> => {
    const host = await startHostProcess({ appDir, dataDir });
    return new Hub(host, encodeURIComponent(openKeys(dataDir).system.durabletask_extension));
  };
  let hub = await open();
  try {
    await chain(hub, quick ? 20 : 100);
    await fanOut(hub, quick ? 2 : 5);
    await manyInstances(hub);
    await waves(hub, dir, quick ? 2 : 5);
    await hub.host.kill();
    hub = await open();
    const readyMs = hub.host.readyMs - hub.host.startedMs;
    console.log(
      `ready with more than 1,000 finished instances in the store: ${readyMs.toFixed(0)} ms, wanted under 2000 ms`,
    );
  } finally {
    await hub.host.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function chain(hub: Hub, times: number): Promise<void> {
  const took: number[] = [];
  for (let at = 0; at < times + 10; at += 1) {
    const tookMs = await hub.run('chain', `chain-${at}`, { length: 5 });
    if (at >= 10) took.push(tookMs);
  }
  console.log(
    `chain of 5 no-op activities: median ${median(took).toFixed(1)} ms of ${times}, wanted under 25 ms`,
  );
}

async function fanOut(hub: Hub, times: number): Promise<void> {
  const took: number[] = [];
  for (let at = 0; at < times; at += 1) took.push(await hub.run('fanOut', `fan-${at}`, { width: 1000 }));
  console.log(
    `1,000 activities at once: median ${median(took).toFixed(0)} ms of ${times}, wanted under 1500 ms`,
  );
}

async function manyInstances(hub: Hub): Promise<void> {
  const begunMs = performance.now();
  const ids = Array.from({ length: 1000 }, (_, at) => `many-${at}`);
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let at = lane; at < ids.length; at += 16) await hub.start('chain', ids[at] as string, { length: 5 });
  });
  await Promise.all(lanes);
  for (const id of ids) await hub.completed(id);
  const tookMs = performance.now() - begunMs;
  console.log(`1,000 such chains at once, started over 16 connections: ${tookMs.toFixed(0)} ms (no bound)`);
}

/** How long the waves of one run take in each quarter of it: the later ones must not pay for the earlier. */
async function waves(hub: Hub, dir: string, runs: number): Promise<void> {
  const count = 200;
  const quarters: number[][] = [[], [], [], []];
  for (let run = 0; run < runs; run += 1) {
    const file = path.join(dir, `waves-${run}.jsonl`);
    await hub.run('waves', `waves-${run}`, {
      activity: 'count',
      file,
      ms: 0,
      waves: count,
      width: 10,
      perGeneration: 10,
    });
    const begins = beginsOfWaves(file, count);
    quarters.forEach((took, at) => {
      const [first = 0, last = 0] = [begins[at * 50], begins[Math.min(at * 50 + 50, count - 1)]];
      took.push((last - first) / Math.min(50, count - 1 - at * 50));
    });
  }
  const perWaveMs = quarters.map(median);
  const ratio = Math.max(...perWaveMs) / Math.min(...perWaveMs);
  const shown = perWaveMs.map((ms) => ms.toFixed(2)).join(', ');
  console.log(
    `200 waves of 10 activities, a new generation every 10: a wave takes ${shown} ms in the quarters of the run;`,
  );
  console.log(`  dearest to cheapest ${ratio.toFixed(2)} (median of ${runs} runs), wanted at most 1.20`);
}

/** When the first activity of each wave ran. */
function beginsOfWaves(file: string, count: number): number[] {
  const begins = new Array<number>(count).fill(Infinity);
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { wave, atMs } = JSON.parse(line) as { wave: number; atMs: number };
    begins[wave] = Math.min(begins[wave] ?? Infinity, atMs);
  }
  return begins;
}

void main(process.argv.includes('--quick'));
