import { releaseBytes } from '../../releaseBytes.js';
import type { BatchContext } from '../batchContext.js';
import { ChunkSet } from '../chunkSet.js';
import type { JobFault } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { readJob } from '../jobStore.js';
import { jobFaultOf } from '../jobFaults.js';
import { listParts } from '../parts/listParts.js';
import { settle } from '../parts/settle.js';
import { readPlan } from '../plan/planStore.js';
import { isTerminal } from '../state.js';
import { groupBytes } from './groupBytes.js';
import { joinGroups, type JoinGroup } from './resultFiles.js';

export interface JoinInput {
  readonly jobId: string;
  readonly lane: number;
  readonly lanes: number;
  /** Groups to do, as the text of a ChunkSet. */
  readonly todo: string;
}

export interface JoinAnswer {
  /** The groups whose blocks are staged. */
  readonly done: string;
  readonly over?: true;
  readonly fault?: JobFault;
}

/**
 * One lane of a join wave: stages the blocks of its share of the groups until the time budget is used up. A block that
 * is staged twice has the same bytes.
 */
export async function joinLane(context: BatchContext, input: JoinInput): Promise<JoinAnswer> {
  const { store, clock, settings } = context;
  const job = await readJob(store, input.jobId);
  const plan = job && !isTerminal(job.state) ? await readPlan(store, job) : undefined;
  if (!plan) return { done: '', over: true };
  const paths = new JobPaths(input.jobId);
  const startMs = clock.nowMs();
  const done: number[] = [];
  try {
    const groups = joinGroups(plan, settle(plan, await listParts(store, input.jobId)));
    for (const at of ChunkSet.fromText(input.todo).share(input.lane, input.lanes)) {
      const group = groups[at] as JoinGroup;
      const bytes = await groupBytes(store, paths, plan, group);
      await store.stageBlock(paths.result(group.file.fileName), group.blockId, bytes);
      releaseBytes(bytes);
      done.push(at);
      if (clock.nowMs() - startMs > settings.laneBudgetMs) break;
    }
  } catch (error) {
    const fault = jobFaultOf(error);
    if (!fault) throw error;
    return { done: ChunkSet.of(done).toText(), fault };
  }
  return { done: ChunkSet.of(done).toText() };
}
