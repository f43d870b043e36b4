import type { ModelPlan } from '../../models/modelPlan.js';
import type { BatchContext } from '../batchContext.js';
import { ChunkSet } from '../chunkSet.js';
import type { JobFault, JobRecord } from '../job.js';
import { writeIndex } from '../jobIndex.js';
import { JobPaths } from '../jobPaths.js';
import { readJob, updateJob } from '../jobStore.js';
import { readJsonBlob, writeJsonBlob } from '../../storage/jsonBlob.js';
import { jobFaultOf } from '../jobFaults.js';
import { pinnedPlan } from '../pinnedPlan.js';
import { isTerminal, moveJob } from '../state.js';
import type { PieceList } from '../unpack/unpackInput.js';
import { buildPlan } from './buildPlan.js';
import { readDraft, type Draft } from './draft.js';
import { inspectInputs } from './inspectInputs.js';
import type { BatchPlan } from './plan.js';
import { readPlan } from './planStore.js';
import { planOfRerun } from './planOfRerun.js';

export interface PlanStep {
  readonly jobId: string;
}

/** What follows the planning; crosses the orchestration. */
export interface PlanAnswer {
  readonly over?: true;
  readonly fault?: JobFault;
  /** Inputs to be unpacked first, as the text of a ChunkSet. */
  readonly unpack?: string;
  readonly chunks?: number;
  /** Chunks that are scored side by side. */
  readonly lanes?: number;
}

/**
 * Looks into the inputs of a job and decides how they are read, cut and scored: `plan.json`, written once. Asks for
 * inputs to be unpacked and is called again then. Answers the same whenever it is repeated.
 *
 * Throws errors of storage, which a repeat may cure.
 */
export async function planBatch(context: BatchContext, { jobId }: PlanStep): Promise<PlanAnswer> {
  const { store } = context;
  const job = await readJob(store, jobId);
  if (!job || isTerminal(job.state)) return { over: true };
  try {
    const plan = (await readPlan(store, job)) ?? (await makePlan(context, job));
    if (!('chunks' in plan)) return plan;
    return { chunks: plan.chunks.length, lanes: plan.lanes };
  } catch (error) {
    const fault = jobFaultOf(error);
    if (!fault) throw error;
    return { fault };
  }
}

async function makePlan(
  context: BatchContext,
  job: JobRecord,
): Promise<BatchPlan | { readonly unpack: string }> {
  const { store, clock } = context;
  const paths = new JobPaths(job.id);
  const models = await Promise.all(job.models.map((model) => pinnedPlan(context, model)));
  const { job: begun } = await moveJob(store, job.id, { state: 'InProgress', atMs: clock.wallMs() });
  await writeIndex(store, begun);
  const taken = job.rerunOf === undefined ? undefined : await planOfRerun(store, job, job.rerunOf);
  if (taken) return keepPlan(context, job, taken);
  const draft = await draftOf(context, job, models);
  const lists = new Map<number, PieceList>();
  const left: number[] = [];
  for (const [at, { unpack }] of draft.inputs.entries()) {
    if (!unpack) continue;
    const list = await readJsonBlob<PieceList>(store, paths.pieceList(at));
    if (list) lists.set(at, list.value);
    else left.push(at);
  }
  if (left.length > 0) return { unpack: ChunkSet.of(left).toText() };
  const unpacked = lists.size > 0 ? { unpacked: clock.wallMs() } : {};
  return keepPlan(context, job, await buildPlan(context, job, models, draft, lists), unpacked);
}

async function draftOf(context: BatchContext, job: JobRecord, models: readonly ModelPlan[]): Promise<Draft> {
  const { store } = context;
  const known = await readDraft(store, job.id);
  if (known) return known;
  const draft = await inspectInputs(context, job, models);
  // only what is unpacked by other steps has to outlive this one
  if (!draft.inputs.some(({ unpack }) => unpack)) return draft;
  const written = await writeJsonBlob(store, new JobPaths(job.id).inputs, draft, 'absent');
  return written === 'conflict' ? ((await readDraft(store, job.id)) ?? draft) : draft;
}

/** Writes the plan, or takes the one that another try has written. */
async function keepPlan(
  { store, clock }: BatchContext,
  job: JobRecord,
  plan: BatchPlan,
  stages: JobRecord['stages'] = {},
): Promise<BatchPlan> {
  const written = await writeJsonBlob(store, new JobPaths(job.id).plan, plan, 'absent');
  const kept = written === 'conflict' ? ((await readPlan(store, job)) ?? plan) : plan;
  const atMs = clock.wallMs();
  await updateJob(store, job.id, (now) =>
    now.stages.planned !== undefined || isTerminal(now.state)
      ? undefined
      : { ...now, stages: { ...now.stages, ...stages, planned: atMs } },
  );
  return kept;
}
