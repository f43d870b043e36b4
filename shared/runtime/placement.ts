import type { Clock } from '../clock.js';
import type { ScoringError } from '../errors/scoringError.js';
import type { Log } from '../log.js';
import type { SessionPlan } from '../models/modelPlan.js';
import { leastBusy } from './chooseThread.js';
import type { OpenSettle } from './sessionSlots.js';
import { WorkerThread, type ThreadLoss } from './workerThread.js';

export interface PlacementOptions {
  /** Number of scoring threads. */
  readonly workers: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Something has settled on a thread, or a thread was replaced: whoever waits may try again. */
  readonly onProgress: () => void;
}

/** A thread that ends before it has answered anything is not started again before this time. */
const respawnMs = 1000;

/**
 * The scoring threads and which sessions are open on them. A session is opened on one thread when it is first needed
 * and then on the others in turn; a thread that is lost is replaced and gets the sessions of the others.
 */
export class Placement {
  readonly #options: PlacementOptions;
  readonly #threads: WorkerThread[];
  /** What is open on at least one thread, by key. */
  readonly #open = new Map<string, SessionPlan>();
  #state: 'open' | 'frozen' | 'closed' = 'open';

  constructor(options: PlacementOptions) {
    this.#options = options;
    this.#threads = Array.from({ length: options.workers }, (_, i) => this.#spawn(i));
  }

  get threads(): readonly WorkerThread[] {
    return this.#threads;
  }

  /** Whether there is a thread that can score. */
  get isUsable(): boolean {
    return this.#threads.some((thread) => thread.isUsable);
  }

  /** Whether nothing is under way on any thread, chunks included. */
  get isIdle(): boolean {
    return this.#threads.every((thread) => thread.isIdle && !thread.hasChunk);
  }

  /** Whether a call for this session can be given to some thread now or later. */
  isAssigned(key: string): boolean {
    return this.#threads.some((thread) => thread.isAssigned(key));
  }

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  /** Opens a session that no thread has. `settle` gets the thread that has it then, or the error. */
  open(plan: SessionPlan, settle: (opened: WorkerThread | ScoringError) => void): void {
    const thread = leastBusy(this.#threads);
    this.openOn(thread, plan, (error) => {
      settle(error ?? thread);
    });
  }

  /** Opens a session on this thread, which may be opening it already. */
  openOn(thread: WorkerThread, plan: SessionPlan, settle: OpenSettle): void {
    thread.load(plan, (error) => {
      if (!error) this.#open.set(plan.key, plan);
      settle(error);
      if (!error) this.#openElsewhere(plan);
    });
  }

  /** Closes a session on all threads. */
  release(key: string): void {
    this.#open.delete(key);
    for (const thread of this.#threads) thread.unload(key);
  }

  /** From now on sessions are opened for calls alone, not in advance. */
  freeze(): void {
    if (this.#state === 'open') this.#state = 'frozen';
  }

  /** Refuses everything that is not answered. Gives whether all threads were idle, and ends them when they were. */
  close(refusal: () => ScoringError): boolean {
    this.#state = 'closed';
    for (const thread of this.#threads) thread.abandon(refusal());
    if (!this.isIdle) return false;
    for (const thread of this.#threads) thread.close();
    return true;
  }

  #openElsewhere(plan: SessionPlan): void {
    const without = this.#threads.filter((thread) => thread.isUsable && !thread.isAssigned(plan.key));
    if (without.length === 0 || this.#state !== 'open') return;
    leastBusy(without).load(plan, (error) => {
      // where it does not open, the threads that have it serve on
      if (!error) this.#openElsewhere(plan);
    });
  }

  #spawn(index: number): WorkerThread {
    const { log, onProgress } = this.#options;
    return new WorkerThread(index, {
      onProgress,
      onLost: (loss) => {
        if (this.#state !== 'closed') this.#replace(index, loss);
      },
      onLog: (text) => {
        log.info(`scoring thread ${index}: ${text}`);
      },
    });
  }

  #replace(index: number, { hasAnswered, cause }: ThreadLoss): void {
    const { clock, log, onProgress } = this.#options;
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : 'no error was given';
    log.error(`scoring thread ${index} ended and is started again: ${why}`);
    const respawn = () => {
      if (this.#state === 'closed') return;
      this.#threads[index] = this.#spawn(index);
      for (const [key, plan] of this.#open) {
        if (this.#threads.some((thread) => thread.has(key))) this.#openElsewhere(plan);
        else this.#open.delete(key);
      }
      onProgress();
    };
    if (hasAnswered) respawn();
    else clock.after(respawnMs, respawn);
  }
}
