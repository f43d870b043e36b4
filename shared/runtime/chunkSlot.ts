import type { ChunkDone, ChunkNeedsMore, ChunkTask } from '../batch/lane/chunkTask.js';
import { JobFailure } from '../batch/jobFailure.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import { taskBuffers } from './chunkBuffers.js';
import type { ChunkEndMessage, ToWorker } from './messages.js';

/** Gets what became of a chunk; once, and not at all when it was stopped. */
export type ChunkSettle = (outcome: ChunkDone | ChunkNeedsMore | ScoringError | JobFailure) => void;

/**
 * The place for a chunk on one scoring thread. It is taken from the promise on, until the thread says that it has
 * stopped: a chunk that was given up still holds its thread.
 */
export class ChunkSlot {
  readonly #post: (message: ToWorker, transfer: ArrayBuffer[]) => void;
  #state: 'free' | 'reserved' | 'there' = 'free';
  #number = 0;
  #settle: ChunkSettle | undefined;

  constructor(post: (message: ToWorker, transfer: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  get isTaken(): boolean {
    return this.#state !== 'free';
  }

  reserve(): void {
    this.#state = 'reserved';
  }

  /** Sends the chunk to the thread; its buffers are given away. */
  run(task: ChunkTask, sessions: readonly (readonly number[])[], settle: ChunkSettle): void {
    this.#state = 'there';
    this.#settle = settle;
    try {
      this.#post({ type: 'chunk', chunk: ++this.#number, task, sessions }, taskBuffers(task));
    } catch (error) {
      // a buffer that was given away before: nothing was sent
      this.end(
        new ScoringError('SCORE_ERR_INTERNAL', 'the chunk could not be handed to its thread', {
          cause: error,
        }),
      );
    }
  }

  stop(): void {
    this.#settle = undefined;
    if (this.#state === 'reserved') this.#state = 'free';
    else if (this.#state === 'there') this.#post({ type: 'stopChunk', chunk: this.#number }, []);
  }

  /** The thread has come to the end of its chunk. */
  ended({ outcome }: ChunkEndMessage): void {
    if (outcome === 'stopped') {
      const message = 'the chunk was given up by its thread';
      this.end(new ScoringError('SCORE_ERR_WORKER_LOST', message));
    } else if ('error' in outcome) this.end(fromErrorMessage(outcome.error));
    else if ('jobFault' in outcome) this.end(new JobFailure(outcome.jobFault.code, outcome.jobFault.message));
    else this.end(outcome);
  }

  /** Frees the place and tells whoever still waits. */
  end(outcome: Parameters<ChunkSettle>[0]): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#state = 'free';
    settle?.(outcome);
  }
}
