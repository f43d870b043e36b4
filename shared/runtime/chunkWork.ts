import { JobFailure } from '../batch/jobFailure.js';
import { ScoringError, toErrorMessage } from '../errors/scoringError.js';
import { doneBuffers, taskBuffers } from './chunkBuffers.js';
import type { ChunkEndMessage, ChunkMessage } from './messages.js';
import type { OpenSessions } from './openSessions.js';

interface ChunkWorkOptions {
  readonly sessions: OpenSessions;
  /** Messages that have come to the thread. */
  readonly arrived: () => number;
  /** Resolves when everything that has come to the thread is done. */
  readonly served: () => Promise<void>;
  readonly onEnd: (message: ChunkEndMessage, transfer: ArrayBuffer[]) => void;
}

/** So long after the last message the next one is waited for: an answered call is often followed by another at once. */
const lingerMs = 0.5;

/** A pause ends after so long even when calls come without a break: the chunk must get on. */
const longestPauseMs = 40;

/** Thrown at the next pause of a chunk that is given up. */
class ChunkStopped extends Error {}

/** The chunk that a worker thread works on between the calls. */
export class ChunkWork {
  readonly #options: ChunkWorkOptions;
  /** Number of the chunk. */
  #current: number | undefined;
  #isStopped = false;
  /** Messages that had come when the last pause ended. */
  #seen = 0;

  constructor(options: ChunkWorkOptions) {
    this.#options = options;
  }

  get isActive(): boolean {
    return this.#current !== undefined;
  }

  /** Begins a chunk; the thread has none. */
  begin(message: ChunkMessage): void {
    this.#current = message.chunk;
    this.#isStopped = false;
    this.#seen = this.#options.arrived();
    void this.#run(message).then(({ outcome, transfer }) => {
      this.#current = undefined;
      this.#options.onEnd({ type: 'chunkEnd', chunk: message.chunk, outcome }, transfer);
    });
  }

  /** Has the chunk given up at the next pause; one that has ended meanwhile is no matter. */
  stop(chunk = this.#current): void {
    if (chunk === this.#current) this.#isStopped = true;
  }

  async #run(
    message: ChunkMessage,
  ): Promise<{ outcome: ChunkEndMessage['outcome']; transfer: ArrayBuffer[] }> {
    const held = message.sessions.map((numbers) =>
      numbers.map((number) => this.#options.sessions.hold(number)),
    );
    try {
      const runners = held.map((sessions) =>
        sessions.map((one) => {
          if (one) return one.session;
          throw new ScoringError('SCORE_ERR_MODEL_LOADING', 'a model of the chunk is not loaded');
        }),
      );
      // readers and writers are no part of a cold start
      const { runChunk } = await import('./chunkRun.js');
      await this.#pause();
      const outcome = await runChunk(
        message.task,
        (target) => runners[target] ?? [],
        () => this.#pause(),
      );
      return { outcome, transfer: 'needsMore' in outcome ? [] : doneBuffers(outcome) };
    } catch (error) {
      return { outcome: failedOutcome(error), transfer: [] };
    } finally {
      for (const one of held.flat()) await one?.free();
      // at once: the thread's collector does not know that it should hurry
      for (const buffer of taskBuffers(message.task)) buffer.transfer(0);
    }
  }

  /** Calls, loads and unloads that have come meanwhile are done first, and those that follow them closely. */
  async #pause(): Promise<void> {
    const { arrived, served } = this.#options;
    const lastMs = performance.now() + longestPauseMs;
    let untilMs = 0;
    do {
      // messages are delivered between the turns of the event loop
      await new Promise(setImmediate);
      await served();
      if (this.#isStopped) throw new ChunkStopped();
      if (arrived() !== this.#seen) untilMs = Math.min(lastMs, performance.now() + lingerMs);
      this.#seen = arrived();
    } while (performance.now() < untilMs);
  }
}

function failedOutcome(error: unknown): ChunkEndMessage['outcome'] {
  if (error instanceof ChunkStopped) return 'stopped';
  if (error instanceof JobFailure) return { jobFault: { code: error.code, message: error.message } };
  return { error: toErrorMessage(error) };
}
