import type { ChunkDone, ChunkNeedsMore, ChunkTask } from '../batch/lane/chunkTask.js';
import { JobFailure } from '../batch/jobFailure.js';
import { ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import { chooseChunkThread } from './chooseThread.js';
import type { ChunkSettle } from './chunkSlot.js';
import type { Placement } from './placement.js';
import type { WorkerThread } from './workerThread.js';

/** A chunk from its coming until it is settled. */
interface Chunk {
  readonly task: ChunkTask;
  readonly plans: readonly SessionPlan[];
  readonly settle: ChunkSettle;
  /** Once it has one. */
  thread?: WorkerThread;
  /** Sessions that are not open on the thread yet. */
  opening: number;
}

/**
 * The chunks of batch jobs: at most one on each scoring thread, the rest wait in the order in which they came. Their
 * number is bounded by the lanes, so the queue has neither a limit nor a time-out.
 */
export class ChunkQueue {
  readonly #placement: Placement;
  readonly #waiting = new Set<Chunk>();
  /** On a thread, or promised to one. */
  readonly #placed = new Set<Chunk>();

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  /** Whether a chunk that has not begun needs the session. */
  awaits(key: string): boolean {
    const needs = ({ plans }: Chunk) => plans.some((plan) => plan.key === key);
    return [...this.#waiting].some(needs) || [...this.#placed].some((one) => one.opening > 0 && needs(one));
  }

  /** Rejects with the reason of the signal, and as `Pool.runChunk`. */
  run(task: ChunkTask, signal: AbortSignal): Promise<ChunkDone | ChunkNeedsMore> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = () => {
        this.#giveUp(chunk);
        reject(signal.reason as Error);
        this.progress();
      };
      const chunk: Chunk = {
        task,
        plans: task.failAll ? [] : plansOf(task),
        settle: (outcome) => {
          signal.removeEventListener('abort', onAbort);
          this.#placed.delete(chunk);
          if (outcome instanceof ScoringError || outcome instanceof JobFailure) reject(outcome);
          else resolve(outcome);
        },
        opening: 0,
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(chunk);
      this.progress();
    });
  }

  /** Gives waiting chunks to threads that have none. */
  progress(): void {
    for (const chunk of this.#waiting) {
      const thread = chooseChunkThread(this.#placement.threads, chunk.plans);
      if (!thread) return;
      this.#waiting.delete(chunk);
      this.#begin(chunk, thread);
    }
  }

  /** Refuses all chunks; those that run are given up. */
  refuseAll(refusal: () => ScoringError): void {
    for (const chunk of [...this.#waiting, ...this.#placed]) {
      this.#giveUp(chunk);
      chunk.settle(refusal());
    }
  }

  /** The sessions that the thread does not have are opened first. */
  #begin(chunk: Chunk, thread: WorkerThread): void {
    const missing = chunk.plans.filter(({ key }) => !thread.has(key));
    chunk.thread = thread;
    chunk.opening = missing.length;
    this.#placed.add(chunk);
    thread.reserveChunk();
    if (missing.length === 0) thread.runChunk(chunk.task, chunk.settle);
    for (const plan of missing) {
      this.#placement.openOn(thread, plan, (error) => {
        // one that was given up or refused has no thread any more
        if (chunk.thread !== thread) return;
        chunk.opening--;
        if (error) {
          this.#giveUp(chunk);
          chunk.settle(error);
        } else if (chunk.opening === 0) thread.runChunk(chunk.task, chunk.settle);
      });
    }
  }

  #giveUp(chunk: Chunk): void {
    this.#waiting.delete(chunk);
    this.#placed.delete(chunk);
    chunk.thread?.stopChunk();
    delete chunk.thread;
  }
}

/** The sessions that a chunk needs, each once. */
function plansOf({ targets }: ChunkTask): SessionPlan[] {
  const byKey = new Map(targets.flatMap(({ models }) => models.map(({ plan }) => [plan.key, plan])));
  return [...byKey.values()];
}
