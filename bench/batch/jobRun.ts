import { cpuSeconds, mainThreadCpuSeconds } from '../processFigures.js';
import type { BatchHost } from './batchHost.js';
import type { BenchInput } from './benchInputs.js';
import type { BenchStorage } from './benchStorage.js';
import { JobClient } from './jobClient.js';

/** What one job took. */
export interface JobRun {
  readonly id: string;
  readonly tookS: number;
  readonly rowsPerSecond: number;
  /** CPU seconds of the host, and its main thread's share. */
  readonly hostS: number;
  readonly mainThreadS: number;
  readonly storageS: number;
  /** Milliseconds by stage, as the answer about the job tells. */
  readonly stages: Readonly<Record<string, number>>;
}

/** Runs a job over an input with the default options. */
export async function runJob(
  host: BatchHost,
  storage: BenchStorage,
  service: string,
  input: BenchInput,
): Promise<JobRun> {
  const client = new JobClient(host.port);
  const usedS = () =>
    [cpuSeconds(host.pid), mainThreadCpuSeconds(host.pid), cpuSeconds(storage.pid)] as const;
  const before = usedS();
  const { job, tookMs } = await client.completed(await client.sendBlob(service, input), input.rows);
  const after = usedS();
  return {
    id: job.id,
    tookS: tookMs / 1000,
    rowsPerSecond: (input.rows * 1000) / tookMs,
    hostS: after[0] - before[0],
    mainThreadS: after[1] - before[1],
    storageS: after[2] - before[2],
    stages: job.stages,
  };
}

/** The first run, in which code is compiled and sessions are opened, and the middle one of the three after it. */
export interface JobRuns {
  readonly first: JobRun;
  readonly middle: JobRun;
}

export async function runJobs(...args: Parameters<typeof runJob>): Promise<JobRuns> {
  const first = await runJob(...args);
  const runs: JobRun[] = [];
  for (let round = 0; round < 3; round++) runs.push(await runJob(...args));
  runs.sort((a, b) => a.tookS - b.tookS);
  return { first, middle: runs[1] as JobRun };
}
