import type { Clock } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import type { ScoreDone, WorkTimings } from './messages.js';
import { ServiceTimes } from './serviceTime.js';
import { WaitingQueue, type Waiting } from './waitingQueue.js';
import { WorkerThread, type Settle, type ThreadCall } from './workerThread.js';

export interface PoolOptions {
  /** Number of scoring threads. */
  readonly workers: number;
  /** Calls that may wait for a thread. */
  readonly queueLimit: number;
  /** How long a call may wait for a thread. */
  readonly queueTimeoutMs: number;
  readonly clock: Clock;
}

export interface PoolAnswer extends WorkTimings {
  readonly body: Uint8Array;
  readonly rows: number;
  /** Wait for a thread and the way there and back. */
  readonly queueMs: number;
  /** Set on calls that waited for the session to be opened. */
  readonly loadMs?: number;
}

interface WaitingCall extends Waiting {
  readonly call: ThreadCall;
  readonly settle: Settle;
}

/**
 * A thread is given further calls while it works, as long as it is expected to be through with them within this time:
 * small models are not held up by the way between threads, large ones never wait behind a busy thread.
 */
const pipelineMs = 0.5;

/** The scoring threads and the bounded queue before them. Sessions are opened on first use, once per thread. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #threads: WorkerThread[];
  readonly #queue: WaitingQueue<WaitingCall>;
  readonly #times = new ServiceTimes();
  readonly #opening = new Map<string, Promise<void>>();
  #unsettled = 0;
  #state: 'open' | 'draining' | 'closed' = 'open';
  #onIdle: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#threads = Array.from({ length: options.workers }, (_, i) => this.#spawn(i));
    this.#queue = new WaitingQueue(options.queueLimit, options.clock, ({ call, settle }) => {
      settle(
        this.#refuse(
          'SCORE_ERR_QUEUE_TIMEOUT',
          call,
          `no thread was free within ${options.queueTimeoutMs} ms`,
        ),
      );
    });
  }

  /** Calls that wait for a thread. */
  get queued(): number {
    return this.#queue.length;
  }

  get workers(): number {
    return this.#threads.length;
  }

  /**
   * Scores one call. Throws the codec's errors, SCORE_ERR_RUN_FAILED, the SCORE_ERR_MODEL_LOAD of a session that does
   * not open, and SCORE_ERR_QUEUE_FULL, _QUEUE_TIMEOUT, _MODEL_LOADING, _DRAINING, _WORKER_LOST.
   */
  async score(call: ThreadCall): Promise<PoolAnswer> {
    if (this.#state !== 'open') throw draining();
    this.#unsettled++;
    try {
      return await this.#score(call);
    } finally {
      if (--this.#unsettled === 0) this.#onIdle?.();
    }
  }

  /** Releases the sessions of a model that is gone. */
  unload(key: string): void {
    this.#times.forget(key);
    for (const thread of this.#threads) thread.unload(key);
  }

  /**
   * Takes no new calls and waits until those under way are answered, at most `graceMs`; the rest are refused with
   * SCORE_ERR_DRAINING. Gives whether all threads are idle: only then can they be ended.
   */
  async drain(graceMs: number): Promise<boolean> {
    this.#state = 'draining';
    if (this.#unsettled > 0) {
      await new Promise<void>((resolve) => {
        const callOff = this.#options.clock.after(graceMs, resolve);
        this.#onIdle = () => {
          callOff();
          resolve();
        };
      });
    }
    this.#queue.drainWhile(({ settle }) => {
      settle(draining());
      return 'taken';
    });
    this.#state = 'closed';
    const idle = this.#threads.every((thread) => thread.inFlight === 0 && !thread.isLoading);
    for (const thread of this.#threads) {
      thread.abandon(draining());
      if (idle) thread.close();
    }
    return idle;
  }

  async #score(call: ThreadCall): Promise<PoolAnswer> {
    const { clock, queueTimeoutMs, queueLimit } = this.#options;
    const start = clock.nowMs();
    let loadMs: number | undefined;
    if (!this.#threads.some((thread) => thread.has(call.plan.key))) {
      await withDeadline(this.#open(call.plan), queueTimeoutMs, clock, () => {
        return new ScoringError('SCORE_ERR_MODEL_LOADING', `model '${call.name}' is still being loaded`);
      });
      loadMs = clock.nowMs() - start;
    }
    const done = await new Promise<ScoreDone>((resolve, reject) => {
      const settle = (outcome: ScoreDone | ScoringError) => {
        if (outcome instanceof ScoringError) reject(outcome);
        else resolve(outcome);
      };
      const waiting: WaitingCall = { call, settle, deadlineMs: start + queueTimeoutMs };
      if (this.#queue.length === 0 && this.#dispatch(waiting)) return;
      if (!this.#queue.push(waiting))
        settle(this.#refuse('SCORE_ERR_QUEUE_FULL', call, `${queueLimit} calls wait`));
    });
    const [, rows, decodeMs, runMs, encodeMs, outcome] = done;
    if (!(outcome instanceof Uint8Array)) throw fromErrorMessage(outcome);
    const queueMs = Math.max(0, clock.nowMs() - start - decodeMs - runMs - encodeMs - (loadMs ?? 0));
    const answer = { body: outcome, rows, decodeMs, runMs, encodeMs, queueMs };
    return loadMs === undefined ? answer : { ...answer, loadMs };
  }

  #spawn(index: number): WorkerThread {
    return new WorkerThread(index, () => {
      if (this.#state === 'closed') return;
      this.#threads[index] = this.#spawn(index);
      this.#dispatchWaiting();
    });
  }

  /** Opens the session on one thread for the caller, then on the others in turn. One opening per model at a time. */
  #open(plan: SessionPlan): Promise<void> {
    let opening = this.#opening.get(plan.key);
    if (!opening) {
      const first = this.#leastBusy(this.#threads);
      opening = first.load(plan).finally(() => {
        this.#opening.delete(plan.key);
      });
      this.#opening.set(plan.key, opening);
      opening.then(
        () => void this.#openElsewhere(plan),
        () => undefined,
      );
    }
    return opening;
  }

  async #openElsewhere(plan: SessionPlan): Promise<void> {
    for (;;) {
      const missing = this.#threads.filter((thread) => !thread.isAssigned(plan.key));
      const someHas = this.#threads.some((thread) => thread.has(plan.key));
      if (missing.length === 0 || !someHas || this.#state !== 'open') return;
      const opened = await this.#leastBusy(missing)
        .load(plan)
        .then(
          () => true,
          () => false,
        );
      // the first thread serves on; the next call for a model that no thread has tries again
      if (!opened) return;
      this.#dispatchWaiting();
    }
  }

  #leastBusy(threads: readonly WorkerThread[]): WorkerThread {
    return threads.reduce((best, one) => (load(one) < load(best) ? one : best));
  }

  #dispatchWaiting(): void {
    this.#queue.drainWhile((waiting) => {
      if (this.#dispatch(waiting)) return 'taken';
      return this.#threads.some((thread) => isFree(thread)) ? 'keep' : 'stop';
    });
  }

  /** Gives the call to a thread that has its session and is free, or nearly so. */
  #dispatch({ call, settle }: WaitingCall): boolean {
    const { key } = call.plan;
    const estimateMs = this.#times.estimateMs(key);
    let chosen: WorkerThread | undefined;
    for (const thread of this.#threads) {
      if (!thread.has(key) || thread.isLoading) continue;
      if (!isFree(thread) && thread.backlogMs + estimateMs > pipelineMs) continue;
      if (!chosen || strain(thread) < strain(chosen)) chosen = thread;
    }
    if (!chosen) {
      if (!this.#threads.some((thread) => thread.isAssigned(key))) {
        // its thread was lost while the call waited
        settle(new ScoringError('SCORE_ERR_WORKER_LOST', 'the scoring thread with the model ended'));
        return true;
      }
      return false;
    }
    chosen.score(call, estimateMs, (outcome) => {
      if (!(outcome instanceof ScoringError)) this.#times.record(key, outcome[2] + outcome[3] + outcome[4]);
      settle(outcome);
      if (this.#queue.length > 0) this.#dispatchWaiting();
    });
    return true;
  }

  #refuse(code: 'SCORE_ERR_QUEUE_FULL' | 'SCORE_ERR_QUEUE_TIMEOUT', { plan }: ThreadCall, message: string) {
    const waitMs = (this.#queue.length * finite(this.#times.estimateMs(plan.key))) / this.#threads.length;
    return new ScoringError(code, message, {
      retryAfterS: Math.min(60, Math.max(1, Math.ceil(waitMs / 1000))),
    });
  }
}

/** Threads with less work than this are taken in order, so that small calls keep few threads awake. */
const lightWorkMs = 0.1;

const strain = ({ backlogMs }: WorkerThread) => (backlogMs < lightWorkMs ? 0 : backlogMs);
const draining = () =>
  new ScoringError('SCORE_ERR_DRAINING', 'the instance is shutting down', { retryAfterS: 2 });
const isFree = (thread: WorkerThread) => thread.inFlight === 0 && !thread.isLoading;
const finite = (value: number) => (Number.isFinite(value) ? value : 0);
/** How busy a thread is, for the choice of where to open a session. */
const load = (thread: WorkerThread) =>
  (thread.isLoading ? 1e6 : 0) + finite(thread.backlogMs) + thread.inFlight;
