import type { ChunkDone, ChunkNeedsMore, ChunkTask } from '../batch/lane/chunkTask.js';
import type { Clock } from '../clock.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { Log } from '../log.js';
import type { CodecName } from '../protocols/codecs.js';
import { chooseThread } from './chooseThread.js';
import { ChunkQueue } from './chunkQueue.js';
import type { ScoreDone, WorkTimings } from './messages.js';
import { Placement } from './placement.js';
import { ServiceTimes } from './serviceTime.js';
import { WaitingQueue, type Waiting } from './waitingQueue.js';
import type { ThreadCall, WorkerThread } from './workerThread.js';

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

/** What the scoring threads of an instance do at a moment. */
export interface PoolFigures {
  readonly threads: number;
  /** Threads that can score; less than `threads` while one is started again. */
  readonly usable: number;
  /** Threads that score or open a session. */
  readonly busy: number;
  /** Calls that wait for a thread. */
  readonly waiting: number;
  readonly queueLimit: number;
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
 * Larger bodies tell nothing about the time of small ones and have no expected time of their own, so that nothing is
 * queued behind them on their thread.
 */
const smallBodyBytes = 16 * 1024;

/** The same holds for calls that make files, which may run a thousand rows beside their own. */
const makesFiles = (codec: CodecName) => codec === 'artifacts' || codec === 'consumptionFiles';

/**
 * The scoring threads and the bounded queue before them. Whatever settles on a thread gives those that wait their
 * chance.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #placement: Placement;
  readonly #queue: WaitingQueue<WaitingCall>;
  readonly #chunks: ChunkQueue;
  readonly #times = new ServiceTimes();
  /** Models that are gone; their sessions are released when nobody waits for them. */
  readonly #retired = new Set<string>();
  #state: 'open' | 'draining' | 'closed' = 'open';
  #onIdle: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { workers, queueLimit, clock, log } = options;
    const onProgress = () => {
      this.#progress();
    };
    this.#placement = new Placement({ workers, clock, log, onProgress });
    this.#chunks = new ChunkQueue(this.#placement);
    this.#queue = new WaitingQueue(queueLimit, clock, (waiting) => {
      waiting.settle(this.#expired(waiting.call));
    });
  }

  /** Whether there is a thread that can score. */
  get isUsable(): boolean {
    return this.#placement.isUsable;
  }

  get figures(): PoolFigures {
    const { threads } = this.#placement;
    return {
      threads: threads.length,
      usable: threads.filter((thread) => thread.isUsable).length,
      busy: threads.filter((thread) => !thread.isIdle || thread.hasChunk).length,
      waiting: this.#queue.length,
      queueLimit: this.#options.queueLimit,
    };
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
      if (this.#queue.push(waiting)) this.#progress();
      else settle(this.#refuse('SCORE_ERR_QUEUE_FULL', call, `${queueLimit} calls wait`));
    });
    if (!(outcome instanceof Uint8Array)) throw fromErrorMessage(outcome);
    const loadMs = waiting?.loadMs;
    const queueMs = Math.max(0, clock.nowMs() - start - decodeMs - runMs - encodeMs - (loadMs ?? 0));
    const answer = { body: outcome, rows, decodeMs, runMs, encodeMs, queueMs };
    return loadMs === undefined ? answer : { ...answer, loadMs };
  }

  /**
   * Runs a chunk of a batch job beside the calls, which go first: it waits without limit for a thread that has no other
   * chunk. The buffers of its segments are given away. Rejects with the reason of the signal at once, though the thread
   * stops at the next border of mini-batches.
   *
   * Throws the SCORE_ERR_MODEL_LOAD or _MODEL_LOADING of a session that does not open, SCORE_ERR_DRAINING,
   * _WORKER_LOST and _INTERNAL, and JobFailures.
   */
  async runChunk(task: ChunkTask, signal: AbortSignal): Promise<ChunkDone | ChunkNeedsMore> {
    if (this.#state !== 'open') throw draining();
    return this.#chunks.run(task, signal);
  }

  /** Releases the sessions of a model that is gone, when the calls and chunks that wait for them are through. */
  unload(key: string): void {
    this.#retired.add(key);
    this.#progress();
  }

  /**
   * Takes no new calls, gives up all chunks, and waits until the calls under way are answered, at most `graceMs`; the
   * rest are refused with SCORE_ERR_DRAINING. Gives whether all threads are idle: only then can they be ended.
   */
  async drain(graceMs: number): Promise<boolean> {
    if (this.#state === 'open') this.#state = 'draining';
    this.#placement.freeze();
    this.#chunks.refuseAll(draining);
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
    return this.#placement.close(draining);
  }

  #isIdle(): boolean {
    return this.#queue.length === 0 && this.#placement.isIdle;
  }

  /** Something has changed: whoever waits gets another chance. */
  #progress(): void {
    if (this.#queue.length > 0 && this.#state !== 'closed') {
      this.#queue.drainWhile((waiting) => {
        if (this.#place(waiting)) return 'taken';
        return this.#placement.threads.some((thread) => thread.isIdle) ? 'keep' : 'stop';
      });
    }
    this.#chunks.progress();
    for (const key of this.#retired) {
      if (this.#queue.some(({ call }) => call.plan.key === key) || this.#chunks.awaits(key)) continue;
      this.#retired.delete(key);
      this.#times.forget(key);
      this.#placement.release(key);
    }
    if (this.#onIdle && this.#isIdle()) this.#onIdle();
  }

  /** Gives the call to a thread, or has its session opened for it; false when it has to wait. */
  #place(waiting: WaitingCall): boolean {
    const { call } = waiting;
    if (!this.#placement.isAssigned(call.plan.key)) {
      this.#openFor(waiting);
      return true;
    }
    const thread = chooseThread(this.#placement.threads, call.plan.key, this.#estimateMs(call));
    if (thread) this.#give(thread, waiting);
    return thread !== undefined;
  }

  #give(thread: WorkerThread, { call, settle }: WaitingCall): void {
    const { key } = call.plan;
    const isSmall = isSmallCall(call);
    thread.score(call, this.#estimateMs(call), (outcome) => {
      if (isSmall && !(outcome instanceof ScoringError) && this.#placement.isOpen(key)) {
        this.#times.record(key, outcome[2] + outcome[3] + outcome[4]);
      }
      settle(outcome);
    });
  }

  /** The thread that opens the session gets the call; others that need it meanwhile wait in the queue. */
  #openFor(waiting: WaitingCall): void {
    const { clock } = this.#options;
    const { call, deadlineMs, settle } = waiting;
    const begunMs = clock.nowMs();
    let late = false;
    const callOff = clock.after(Math.max(0, deadlineMs - begunMs), () => {
      late = true;
      settle(this.#expired(call));
    });
    this.#placement.open(call.plan, (opened) => {
      callOff();
      if (opened instanceof ScoringError) {
        settle(opened);
        this.#refuseAll(call.plan.key, opened);
      } else {
        waiting.loadMs = clock.nowMs() - begunMs;
        if (!late) this.#give(opened, waiting);
      }
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

  #estimateMs(call: ThreadCall): number {
    return isSmallCall(call) ? this.#times.estimateMs(call.plan.key) : Infinity;
  }

  #expired(call: ThreadCall): ScoringError {
    const { queueTimeoutMs } = this.#options;
    if (!this.#placement.isOpen(call.plan.key)) {
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
    const waitMs = Number.isFinite(estimateMs)
      ? (this.#queue.length * estimateMs) / this.#options.workers
      : 0;
    return new ScoringError(code, message, {
      retryAfterS: Math.min(60, Math.max(1, Math.ceil(waitMs / 1000))),
    });
  }
}

const isSmallCall = ({ codec, body }: ThreadCall) => body.length <= smallBodyBytes && !makesFiles(codec);

const draining = () =>
  new ScoringError('SCORE_ERR_DRAINING', 'the instance is shutting down', { retryAfterS: 2 });
