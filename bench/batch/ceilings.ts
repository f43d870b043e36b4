import { setMaxListeners } from 'node:events';
import { readSegments, firstOverlapBytes } from '../../shared/batch/lane/readSegments.js';
import { readJob } from '../../shared/batch/jobStore.js';
import { readPlan } from '../../shared/batch/plan/planStore.js';
import type { BatchPlan } from '../../shared/batch/plan/plan.js';
import type { SegmentTask } from '../../shared/batch/lane/chunkTask.js';
import { limiter } from '../../shared/limiter.js';
import type { ModelPlan } from '../../shared/models/modelPlan.js';
import type { BlobStore } from '../../shared/storage/blobStore.js';
import type { BenchInput } from './benchInputs.js';
import type { BenchStorage } from './benchStorage.js';
import { medianCost, type CpuCost } from './cpuCost.js';
import { ScoringSteps } from './scoringSteps.js';

/** The steps that no job can do without, each measured alone. */
export interface Ceilings {
  readonly read: CpuCost;
  readonly parse: CpuCost;
  readonly run: CpuCost;
  readonly encode: CpuCost;
  readonly write: CpuCost;
  /** What else a worker does: the quotes at the cuts, and the SHA-256. */
  readonly digest: CpuCost;
}

const rangeBytes = 8 * 2 ** 20;
const inFlight = 2;

/**
 * Does what a finished job has done once more, step by step in this process: the same chunks, runs of the same size.
 * Medians of three.
 */
export async function measureCeilings(
  { store, pid }: BenchStorage,
  jobId: string,
  { blob }: BenchInput,
  model: ModelPlan,
): Promise<Ceilings> {
  const job = await readJob(store, jobId);
  const plan = job && (await readPlan(store, job));
  if (!plan) throw new Error(`job ${jobId} has no plan`);
  const read = await medianCost(pid, () => readRanges(store, blob));
  const steps = new ScoringSteps(plan, model, await loadChunks(store, plan));
  const parse = await medianCost(pid, () => steps.parse());
  await steps.prepare();
  const run = await medianCost(pid, () => steps.run());
  const encode = await medianCost(pid, () => steps.encode());
  const digest = await medianCost(pid, () => steps.digest());
  const write = await medianCost(pid, () => writeParts(store, steps.parts));
  return { read, parse, run, encode, write, digest };
}

/** The blob in ranges of 8 MiB. */
async function readRanges(store: BlobStore, blob: BenchInput['blob']): Promise<void> {
  const facts = await store.find(blob);
  if (!facts) throw new Error(`blob ${blob.name} is gone`);
  const limited = limiter(inFlight);
  const froms = Array.from({ length: Math.ceil(facts.sizeBytes / rangeBytes) }, (_, at) => at * rangeBytes);
  await Promise.all(
    froms.map((from) =>
      limited(() => store.readRange(blob, from, from + rangeBytes, { ifMatch: facts.etag })),
    ),
  );
}

async function loadChunks(store: BlobStore, plan: BatchPlan): Promise<SegmentTask[][]> {
  const limited = limiter(inFlight);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return Promise.all(
    plan.chunks.map((chunk) => limited(() => readSegments(store, plan, chunk, firstOverlapBytes, signal))),
  );
}

/** The result once, in blobs of the size of its parts. */
async function writeParts(store: BlobStore, parts: readonly Uint8Array[]): Promise<void> {
  const limited = limiter(inFlight);
  await Promise.all(
    parts.map((part, at) =>
      limited(() => store.put({ container: 'batches', name: `bench/part-${at}` }, part)),
    ),
  );
}
