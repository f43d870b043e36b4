import type { BatchContext } from '../batchContext.js';
import { ChunkSet } from '../chunkSet.js';
import { endJob } from '../endJob.js';
import type { JobFault, JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { readJob, updateJob } from '../jobStore.js';
import { writeJsonBlob } from '../../storage/jsonBlob.js';
import { jobFaultOf } from '../jobFaults.js';
import { listParts } from '../parts/listParts.js';
import { frozenAt } from '../parts/frozenAt.js';
import { settle, type Settlement } from '../parts/settle.js';
import { readPlan } from '../plan/planStore.js';
import type { BatchPlan } from '../plan/plan.js';
import { isTerminal } from '../state.js';
import { buildFile, type BuiltFile } from './buildFile.js';
import { exceededLimit } from './errorLimits.js';
import { buildManifest } from './manifest.js';
import { joinGroups, resultFiles } from './resultFiles.js';

export interface FinishInput {
  readonly jobId: string;
  /** Why the job cannot go on. */
  readonly fault?: JobFault;
  /** Only look whether the job may go on: rows have failed. */
  readonly checkOnly?: true;
  /** The blocks of all groups are staged. */
  readonly staged?: true;
}

export interface FinishAnswer {
  /** The job has ended. */
  readonly over?: true;
  /** Chunks to score again from inside quotes. */
  readonly wrong?: string;
  /** Chunks without any part. */
  readonly missing?: string;
  /** So many groups are to be staged first. */
  readonly groups?: number;
}

/** Results up to this size are joined here, without waves. */
const joinHereBytes = 64 * 2 ** 20;

/**
 * The last step of a job, and the one that decides: whether every chunk is settled, whether the error limits hold, what
 * the files are. Ends the job, or answers what is to be done before. May run twice: both make the same files.
 */
export async function finishBatch(context: BatchContext, input: FinishInput): Promise<FinishAnswer> {
  const { store, clock } = context;
  const job = await readJob(store, input.jobId);
  if (!job || isTerminal(job.state)) return { over: true };
  const plan = await readPlan(store, job);
  if (!plan) {
    const fault: JobFault = input.fault ?? { code: 'JOB_INTERNAL', message: 'the job has no plan' };
    return end(context, job, fault);
  }
  const settlement = settle(plan, await listParts(store, job.id));
  const fault = input.fault ?? settlement.stop ?? exceededLimit(job.spec.errorLimits, settlement);
  if (fault) return end(context, job, { code: fault.code, message: fault.message });
  if (input.checkOnly) return {};
  if (!settlement.isWhole) return unfinished(plan, settlement);
  const scored = job.stages.scored ?? clock.wallMs();
  const groups = joinGroups(plan, settlement);
  const resultBytes = settlement.chunks
    .flatMap(({ parts }) => parts)
    .reduce((sum, part) => sum + part.sizeBytes, 0);
  if (!input.staged && resultBytes > joinHereBytes) {
    await updateJob(store, job.id, (now) =>
      isTerminal(now.state) ? undefined : { ...now, stages: { scored, ...now.stages } },
    );
    return { groups: groups.length };
  }
  try {
    const paths = new JobPaths(job.id);
    const files: BuiltFile[] = [];
    for (const file of resultFiles(plan)) {
      const own = groups.filter((group) => group.file.fileName === file.fileName);
      files.push(await buildFile(store, paths, plan, file, own, input.staged === true));
    }
    await writeJsonBlob(store, paths.manifest, buildManifest(job, plan, settlement, files, clock.wallMs()));
  } catch (error) {
    const failure = jobFaultOf(error);
    if (!failure) throw error;
    return end(context, job, failure);
  }
  const stages = { scored, joined: clock.wallMs() };
  await endJob(context, job.id, 'Complete', { frozen: frozenAt(settlement), stages });
  return { over: true };
}

async function end(context: BatchContext, { id }: JobRecord, fault: JobFault): Promise<FinishAnswer> {
  await endJob(context, id, 'Failed', { fault });
  return { over: true };
}

function unfinished(plan: BatchPlan, { wrong, chunks }: Settlement): FinishAnswer {
  if (wrong.length > 0) return { wrong: ChunkSet.of(wrong).toText() };
  const settled = new Set(chunks.map(({ chunk }) => chunk));
  const missing = plan.chunks.map((_, chunk) => chunk).filter((chunk) => !settled.has(chunk));
  return { missing: ChunkSet.of(missing).toText() };
}
