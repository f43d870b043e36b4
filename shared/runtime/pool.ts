import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import { chooseThread, leastBusy } from './chooseThread.js';
import type { ScoreDone, WorkTimings } from './messages.js';
import { ServiceTimes } from './serviceTime.js';
import { WaitingQueue, type Waiting } from './waitingQueue.js';
import { WorkerThread, type ThreadCall, type ThreadLoss } from './workerThread.js';

export interface PoolOptions {
  /** Number of scoring threads. */
  readonly workers: number;
  /** Calls that may wait for a thread. */
  readonly queueLimit: number;
  /** How long a call may wait for a thread and for its session. */
  readonly queueTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PoolAnswer extends WorkTimings {
  readonly body: Uint8Array;
  readonly rows: number;
  /** Wait for a thread and the way there and back. */
  readonly queueMs: number;
  /** Set on the call for which the session was opened. */
  readonly loadMs?: number;
}

interface WaitingCall extends Waiting {
  readonly call: ThreadCall;
  readonly settle: (outcome: ScoreDone | ScoringError) => void;
  loadMs?: number;
}

/**
 * Larger bodies tell nothing about the time of small ones and have an expected time of their own: none, so that nothing
 * is queued behind them on their thread.
 */
const smallBodyBytes = 16 * 1024;

/** A thread that ends before it has answered anything is not started again before this time. */
const respawnMs = 1000;

/**
 * The scoring threads and the bounded queue before them. A session is opened for the first call that needs it, and then
 * on the other threads in turn. Whatever settles on a thread gives those that wait their chance.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #threads: WorkerThread[];
  readonly #queue: WaitingQueue<WaitingCall>;
  readonly #times = new ServiceTimes();
  /** What is open on at least one thread, by key. */
  readonly #open = new Map<string, SessionPlan>();
  /** Models that are gone; their sessions are released when nobody waits for them. */
  readonly #retired = new Set<string>();
  #state: 'open' | 'draining' | 'closed' = 'open';
  #onIdle: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#threads = Array.from({ length: options.workers }, (_, i) => this.#spawn(i));
    this.#queue = new WaitingQueue(options.queueLimit, options.clock, (waiting) => {
      waiting.settle(this.#expired(waiting.call));
    });
  }

  /**
   * Scores one call. Throws the codec's errors, SCORE_ERR_RUN_FAILED, the SCORE_ERR_MODEL_LOAD of a session that does
   * not open, and SCORE_ERR_QUEUE_FULL, _QUEUE_TIMEOUT, _MODEL_LOADING, _DRAINING, _WORKER_LOST.
   */
  async score(call: ThreadCall): Promise<PoolAnswer> {
    if (this.#state !== 'open') throw draining();
    const { clock, queueTimeoutMs, queueLimit } = this.#options;
    const start = clock.nowMs();
    let waiting: WaitingCall | undefined;
    const [, rows, decodeMs, runMs, encodeMs, outcome] = await new Promise<ScoreDone>((resolve, reject) => {
      const settle = (settled: ScoreDone | ScoringError) => {
        if (settled instanceof ScoringError) reject(settled);
        else resolve(settled);
      };
      waiting = { call, settle, deadlineMs: start + queueTimeoutMs };
      if (this.#queue.length === 0 && this.#place(waiting)) return;
      if (!this.#queue.push(waiting))
        settle(this.#refuse('SCORE_ERR_QUEUE_FULL', call, `${queueLimit} calls wait`));
      else this.#progress();
    });
    if (!(outcome instanceof Uint8Array)) throw fromErrorMessage(outcome);
    const loadMs = waiting?.loadMs;
    const queueMs = Math.max(0, clock.nowMs() - start - decodeMs - runMs - encodeMs - (loadMs ?? 0));
    const answer = { body: outcome, rows, decodeMs, runMs, encodeMs, queueMs };
    return loadMs === undefined ? answer : { ...answer, loadMs };
  }

  /** Whether there is a thread that can score. */
  get isUsable(): boolean {
    return this.#threads.some((thread) => thread.isUsable);
  }

  /** Releases the sessions of a model that is gone, when the calls that wait for them are through. */
  unload(key: string): void {
    this.#retired.add(key);
    this.#progress();
  }

  /**
   * Takes no new calls and waits until those under way are answered, at most `graceMs`; the rest are refused with
   * SCORE_ERR_DRAINING. Gives whether all threads are idle: only then can they be ended.
   */
  async drain(graceMs: number): Promise<boolean> {
    if (this.#state === 'open') this.#state = 'draining';
    if (!this.#isIdle()) {
      await new Promise<void>((resolve) => {
        const callOff = this.#options.clock.after(graceMs, resolve);
        this.#onIdle = () => {
          callOff();
          resolve();
        };
      });
    }
    this.#state = 'closed';
    this.#queue.drainWhile(({ settle }) => {
      settle(draining());
      return 'taken';
    });
    for (const thread of this.#threads) thread.abandon(draining());
    const idle = this.#isIdle();
    if (idle) for (const thread of this.#threads) thread.close();
    return idle;
  }

  #isIdle(): boolean {
    return this.#queue.length === 0 && this.#threads.every((thread) => thread.isIdle);
  }

  #spawn(index: number): WorkerThread {
    const respawn = () => {
      if (this.#state === 'closed') return;
      this.#threads[index] = this.#spawn(index);
      for (const [key, plan] of this.#open) {
        if (this.#threads.some((thread) => thread.has(key))) this.#openElsewhere(plan);
        else this.#open.delete(key);
      }
      this.#progress();
    };
    const onLost = ({ hasAnswered, cause }: ThreadLoss) => {
      if (this.#state === 'closed') return;
      const why = cause instanceof Error ? (cause.stack ?? cause.message) : 'no error was given';
      this.#options.log.error(`scoring thread ${index} ended and is started again: ${why}`);
      if (hasAnswered) respawn();
      else this.#options.clock.after(respawnMs, respawn);
    };
    return new WorkerThread(
      index,
      () => {
        this.#progress();
      },
      onLost,
    );
  }

  /** Something has changed: whoever waits gets another chance. */
  #progress(): void {
    if (this.#queue.length > 0 && this.#state !== 'closed') {
      this.#queue.drainWhile((waiting) => {
        if (this.#place(waiting)) return 'taken';
        return this.#threads.some((thread) => thread.isIdle) ? 'keep' : 'stop';
      });
    }
    for (const key of this.#retired) {
      if (!this.#queue.some(({ call }) => call.plan.key === key)) this.#release(key);
    }
    if (this.#onIdle && this.#isIdle()) this.#onIdle();
  }

  #release(key: string): void {
    this.#retired.delete(key);
    this.#open.delete(key);
    this.#times.forget(key);
    for (const thread of this.#threads) thread.unload(key);
  }

  /** Gives the call to a thread, or opens its session for it; false when it has to wait. */
  #place(waiting: WaitingCall): boolean {
    const { key } = waiting.call.plan;
    if (!this.#threads.some((thread) => thread.isAssigned(key))) {
      this.#openFor(waiting);
      return true;
    }
    const thread = chooseThread(this.#threads, key, this.#estimateMs(waiting.call));
    if (thread) this.#give(thread, waiting);
    return thread !== undefined;
  }

  #give(thread: WorkerThread, { call, settle }: WaitingCall): void {
    const { key } = call.plan;
    const isSmall = call.body.length <= smallBodyBytes;
    thread.score(call, this.#estimateMs(call), (outcome) => {
      if (isSmall && !(outcome instanceof ScoringError) && this.#open.has(key)) {
        this.#times.record(key, outcome[2] + outcome[3] + outcome[4]);
      }
      settle(outcome);
    });
  }

  #estimateMs({ plan, body }: ThreadCall): number {
    return body.length <= smallBodyBytes ? this.#times.estimateMs(plan.key) : Infinity;
  }

  /** Opens the session on one thread, which then gets the call; others that need it meanwhile wait in the queue. */
  #openFor(waiting: WaitingCall): void {
    const { clock } = this.#options;
    const { plan } = waiting.call;
    const begunMs = clock.nowMs();
    let late = false;
    const callOff = clock.after(Math.max(0, waiting.deadlineMs - begunMs), () => {
      late = true;
      waiting.settle(this.#expired(waiting.call));
    });
    const thread = leastBusy(this.#threads);
    thread.load(plan, (error) => {
      callOff();
      if (error) {
        waiting.settle(error);
        this.#refuseAll(plan.key, error);
        return;
      }
      this.#open.set(plan.key, plan);
      waiting.loadMs = clock.nowMs() - begunMs;
      if (!late) this.#give(thread, waiting);
      this.#openElsewhere(plan);
    });
  }

  #openElsewhere(plan: SessionPlan): void {
    const without = this.#threads.filter((thread) => thread.isUsable && !thread.isAssigned(plan.key));
    if (without.length === 0 || this.#state !== 'open') return;
    leastBusy(without).load(plan, (error) => {
      // where it does not open, the threads that have it serve on
      if (!error) this.#openElsewhere(plan);
    });
  }

  /** Refuses everybody who waits for a session that did not open. */
  #refuseAll(key: string, error: ScoringError): void {
    this.#queue.drainWhile(({ call, settle }) => {
      if (call.plan.key !== key) return 'keep';
      settle(error);
      return 'taken';
    });
  }

  #expired(call: ThreadCall): ScoringError {
    const { queueTimeoutMs } = this.#options;
    if (!this.#threads.some((thread) => thread.has(call.plan.key))) {
      const message = `model '${call.name}' was not loaded within ${queueTimeoutMs} ms`;
      return this.#refuse('SCORE_ERR_MODEL_LOADING', call, message);
    }
    return this.#refuse('SCORE_ERR_QUEUE_TIMEOUT', call, `no thread was free within ${queueTimeoutMs} ms`);
  }

  #refuse(
    code: 'SCORE_ERR_QUEUE_FULL' | 'SCORE_ERR_QUEUE_TIMEOUT' | 'SCORE_ERR_MODEL_LOADING',
    { plan }: ThreadCall,
    message: string,
  ): ScoringError {
    const estimateMs = this.#times.estimateMs(plan.key);
    const waitMs = Number.isFinite(estimateMs) ? (this.#queue.length * estimateMs) / this.#threads.length : 0;
    return new ScoringError(code, message, {
      retryAfterS: Math.min(60, Math.max(1, Math.ceil(waitMs / 1000))),
    });
  }
}

const draining = () =>
  new ScoringError('SCORE_ERR_DRAINING', 'the instance is shutting down', { retryAfterS: 2 });
