import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import type { CodecName } from '../protocols/codecs.js';
import { handedOver, type FromWorker, type ScoreDone, type ScoreJob, type ToWorker } from './messages.js';

export interface ThreadCall {
  readonly plan: SessionPlan;
  readonly name: string;
  readonly version: string;
  readonly codec: CodecName;
  /** Given away: the buffer may be detached. */
  readonly body: Uint8Array;
}

export type Settle = (outcome: ScoreDone | ScoringError) => void;

interface Flight {
  readonly estimateMs: number;
  readonly settle: Settle;
}

interface SessionSlot {
  readonly key: string;
  readonly number: number;
  ready: boolean;
  readonly opened: { readonly resolve: () => void; readonly reject: (error: Error) => void };
}

/**
 * While the thread works, further calls are held back until it answers or this much work has come together. Waking a
 * thread costs more than a small model's run, so calls travel in company; an idle thread gets its call at once.
 */
const holdMs = 0.25;

/** The main thread's end of one scoring thread: which sessions it has, what it works on. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #flights = new Map<number, Flight>();
  readonly #slots = new Map<string, SessionSlot>();
  #nextId = 0;
  #nextSession = 0;
  #outbox: ScoreJob[] = [];
  #outboxMs = 0;
  #sent = 0;
  #backlogMs = 0;
  #lost = false;

  constructor(index: number, onLost: () => void) {
    this.#worker = new Worker(path.join(__dirname, 'worker.js'), { name: `scoring-${index}` });
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => {
      if ('type' in message) this.#opened(message.session, message.error && fromErrorMessage(message.error));
      else this.#done(message);
    });
    // an 'exit' follows every 'error'
    this.#worker.on('error', () => undefined);
    this.#worker.on('exit', () => {
      this.#lost = true;
      this.abandon(lost());
      this.#slots.clear();
      onLost();
    });
  }

  /** Calls that were given to the thread and are not answered. */
  get inFlight(): number {
    return this.#flights.size;
  }

  get isLoading(): boolean {
    for (const slot of this.#slots.values()) if (!slot.ready) return true;
    return false;
  }

  /** Expected time until the thread is free. */
  get backlogMs(): number {
    return this.#backlogMs;
  }

  /** Whether the session is open here. */
  has(key: string): boolean {
    return this.#slots.get(key)?.ready === true;
  }

  /** Whether the session is open or being opened here. */
  isAssigned(key: string): boolean {
    return this.#slots.has(key);
  }

  /** Opens a session. Rejects with the worker's error, or SCORE_ERR_WORKER_LOST. */
  load(plan: SessionPlan): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#lost) {
        reject(lost());
        return;
      }
      const number = this.#nextSession++;
      this.#slots.set(plan.key, { key: plan.key, number, ready: false, opened: { resolve, reject } });
      this.#post({ type: 'load', session: number, plan });
    });
  }

  unload(key: string): void {
    const slot = this.#slots.get(key);
    if (!slot) return;
    this.#slots.delete(key);
    this.#flush();
    this.#post({ type: 'unload', session: slot.number });
  }

  /** Hands over a call for a session that is open here. */
  score({ plan, name, version, codec, body }: ThreadCall, estimateMs: number, settle: Settle): void {
    const slot = this.#slots.get(plan.key);
    if (this.#lost || !slot) {
      settle(lost());
      return;
    }
    const id = this.#nextId++;
    this.#flights.set(id, { estimateMs, settle });
    this.#backlogMs += estimateMs;
    this.#outboxMs += estimateMs;
    if (this.#outbox.push([id, slot.number, name, version, codec, body]) > 1) return;
    // calls of one turn of the event loop leave together
    setImmediate(() => {
      if (this.#sent === 0 || this.#outboxMs >= holdMs) this.#flush();
    });
  }

  /** Refuses what was given to the thread and is not answered; it may still be working on it. */
  abandon(error: ScoringError): void {
    for (const id of [...this.#flights.keys()]) this.#settle(id, error);
    for (const slot of this.#slots.values()) if (!slot.ready) slot.opened.reject(error);
  }

  /** Ends the thread after what it has been given. It must be idle: a thread inside ONNX Runtime cannot be ended. */
  close(): void {
    this.#post({ type: 'close' });
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const jobs = this.#outbox;
    this.#outbox = [];
    this.#outboxMs = 0;
    this.#sent += jobs.length;
    this.#post(jobs, handedOver(jobs.map((job) => job[5])));
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    if (!this.#lost) this.#worker.postMessage(message, transfer);
  }

  #done(results: readonly ScoreDone[]): void {
    this.#sent -= results.length;
    for (const result of results) this.#settle(result[0], result);
    if (this.#sent === 0) this.#flush();
  }

  #settle(id: number, outcome: ScoreDone | ScoringError): void {
    const flight = this.#flights.get(id);
    if (!flight) return;
    this.#flights.delete(id);
    this.#backlogMs = this.#flights.size === 0 ? 0 : this.#backlogMs - flight.estimateMs;
    flight.settle(outcome);
  }

  #opened(session: number, error: ScoringError | undefined): void {
    const slot = [...this.#slots.values()].find((one) => one.number === session);
    if (!slot) return;
    if (error) {
      this.#slots.delete(slot.key);
      slot.opened.reject(error);
    } else {
      slot.ready = true;
      slot.opened.resolve();
    }
  }
}

const lost = () => new ScoringError('SCORE_ERR_WORKER_LOST', 'the scoring thread ended while it worked');
