import { setTimeout as sleep } from 'node:timers/promises';
import { openKeys } from '../../local/keys.js';
import { cpuSeconds } from '../processFigures.js';
import type { BatchHost } from './batchHost.js';
import type { BenchInput } from './benchInputs.js';
import type { JobClient, SentJob } from './jobClient.js';

/** How soon a large job is Canceled, how soon its lanes are back, and whether rows become visible afterwards. */
export async function measureCancel(host: BatchHost, client: JobClient, large: BenchInput): Promise<void> {
  const sent = await client.sendBlob('trees', large, { parallelCount: 10 });
  await someScored(client, sent);
  const startMs = performance.now();
  await client.cancel(sent.id);
  const { job } = await client.ended(sent, 20);
  const canceledMs = performance.now() - startMs;
  if (job.state !== 'Canceled') throw new Error(`job ${sent.id} is ${job.state}`);
  await runEnded(host, sent.id);
  const lanesMs = performance.now() - startMs;
  const usedS = cpuSeconds(host.pid);
  await sleep(5000);
  const idleS = cpuSeconds(host.pid) - usedS;
  const later = await client.look(sent.id);
  console.log(`a job of ${large.rows.toLocaleString('en')} rows cancelled while it is scored:`);
  console.log(
    `Canceled after ${canceledMs.toFixed(0)} ms, wanted within 3000 ms; its run ended after ${lanesMs.toFixed(0)} ms`,
  );
  console.log(
    `rows visible when Canceled ${job.counts.rows}, 5 s after the run ended ${later.counts.rows}, wanted the same; ` +
      `the host used ${idleS.toFixed(2)} CPU seconds meanwhile\n`,
  );
}

/** Waits until a tenth of the chunks are scored. */
async function someScored(client: JobClient, { id }: SentJob): Promise<void> {
  for (;;) {
    const { state, progress } = await client.look(id);
    if (progress && progress.chunksScored * 10 >= progress.chunks) return;
    if (state !== 'Pending' && state !== 'InProgress') throw new Error(`job ${id} is ${state} too early`);
    await sleep(50);
  }
}

/** Waits until the orchestration of a job is over: all of its activities have come back then. */
async function runEnded({ port, dataDir }: BatchHost, id: string): Promise<void> {
  const code = encodeURIComponent(openKeys(dataDir).system.durabletask_extension);
  const url = `http://127.0.0.1:${port}/runtime/webhooks/durabletask/instances/${id}?code=${code}`;
  for (;;) {
    const { runtimeStatus } = (await (await fetch(url)).json()) as { runtimeStatus: string };
    if (runtimeStatus === 'Completed') return;
    if (runtimeStatus === 'Failed') throw new Error(`the run of job ${id} has failed`);
    await sleep(20);
  }
}
