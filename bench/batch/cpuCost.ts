import { median } from '../load.js';
import { cpuSeconds } from '../processFigures.js';

/** What a piece of work costs, in CPU seconds of all processes that take part in it. */
export interface CpuCost {
  readonly ownS: number;
  readonly storageS: number;
  readonly totalS: number;
  /** By the clock. */
  readonly tookS: number;
}

/** The middle one by CPU seconds of three runs, done in this process and the storage server `storagePid`. */
export async function medianCost(storagePid: number, work: () => unknown): Promise<CpuCost> {
  const costs: CpuCost[] = [];
  for (let round = 0; round < 3; round++) costs.push(await cost(storagePid, work));
  const middle = median(costs.map(({ totalS }) => totalS));
  return costs.find(({ totalS }) => totalS === middle) as CpuCost;
}

async function cost(storagePid: number, work: () => unknown): Promise<CpuCost> {
  const storageBefore = cpuSeconds(storagePid);
  const before = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const tookS = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  const ownS = (user + system) / 1e6;
  const storageS = cpuSeconds(storagePid) - storageBefore;
  return { ownS, storageS, totalS: ownS + storageS, tookS };
}
