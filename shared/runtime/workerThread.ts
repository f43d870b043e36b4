import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ChunkTask } from '../batch/lane/chunkTask.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import type { CodecName } from '../protocols/codecs.js';
import { ChunkSlot, type ChunkSettle } from './chunkSlot.js';
import {
  handedOver,
  type FromWorker,
  type LoadedMessage,
  type LogMessage,
  type ScoreDone,
  type ScoreJob,
  type ToWorker,
} from './messages.js';
import { SessionSlots, settleSlot, type OpenSettle } from './sessionSlots.js';

export interface ThreadCall {
  readonly plan: SessionPlan;
  readonly name: string;
  readonly version: string;
  readonly codec: CodecName;
  /** Given away: the buffer may be detached. */
  readonly body: Uint8Array;
}

/** What a thread tells of itself. */
interface ThreadEvents {
  readonly onProgress: () => void;
  readonly onLost: (loss: ThreadLoss) => void;
  readonly onLog: (text: string) => void;
}

/** How a thread was lost. */
export interface ThreadLoss {
  /** Whether it had worked before. */
  readonly hasAnswered: boolean;
  readonly cause: unknown;
}

interface Flight {
  readonly estimateMs: number;
  readonly settle: (outcome: ScoreDone | ScoringError) => void;
}

/**
 * While the thread works, further calls are held back until it answers or this much work has come together. Waking a
 * thread costs more than a small model's run, so calls travel in company; an idle thread gets its call at once.
 */
const holdMs = 0.25;

/**
 * The main thread's end of one scoring thread: which sessions it has, what it works on. Everything is settled by
 * callback within the turn in which it becomes known; `onProgress` follows every such turn.
 */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #onProgress: () => void;
  readonly #flights = new Map<number, Flight>();
  readonly #slots = new SessionSlots();
  readonly #chunk = new ChunkSlot((message, transfer) => {
    this.#post(message, transfer);
  });
  #nextId = 0;
  #outbox: ScoreJob[] = [];
  #outboxMs = 0;
  /** What the thread has been sent and has not answered; also after it was abandoned. */
  #jobsThere = 0;
  #loadsThere = 0;
  #backlogMs = 0;
  #isFlushDue = false;
  #answered = false;
  #lost = false;

  constructor(index: number, { onProgress, onLost, onLog }: ThreadEvents) {
    this.#onProgress = onProgress;
    this.#worker = new Worker(path.join(__dirname, 'worker.js'), { name: `scoring-${index}` });
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => {
      if ('type' in message && message.type === 'log') onLog(message.text);
      else this.#receive(message);
    });
    let cause: unknown;
    // an 'exit' follows every 'error'
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', () => {
      this.#lost = true;
      this.#jobsThere = 0;
      this.#loadsThere = 0;
      const slots = this.#slots.clear();
      // replaced first: what is settled now must not be given to this thread again
      onLost({ hasAnswered: this.#answered, cause });
      this.abandon(lost());
      for (const slot of slots) settleSlot(slot, lost());
      this.#chunk.end(lost());
      this.#onProgress();
    });
  }

  /** Whether calls can be given to it. */
  get isUsable(): boolean {
    return !this.#lost;
  }

  /** Whether no call and no session is under way on the thread itself, abandoned or not. A chunk does not count. */
  get isIdle(): boolean {
    return this.#jobsThere === 0 && this.#loadsThere === 0 && this.#outbox.length === 0;
  }

  /** Whether a chunk is promised to it, or under way on it, given up or not. Calls wait for a mini-batch at most. */
  get hasChunk(): boolean {
    return this.#chunk.isTaken;
  }

  get isLoading(): boolean {
    return this.#loadsThere > 0;
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
    return this.#slots.get(key) !== undefined;
  }

  /** Opens a session, or waits for it where it is being opened. `settle` gets the worker's error, or SCORE_ERR_WORKER_LOST. */
  load(plan: SessionPlan, settle: OpenSettle): void {
    const slot = this.#slots.get(plan.key);
    if (this.#lost || slot?.ready) {
      // never within the call: whoever calls is in the middle of placing calls
      queueMicrotask(() => {
        settle(this.#lost ? lost() : undefined);
      });
    } else if (slot) slot.waiting.push(settle);
    else {
      const { number } = this.#slots.add(plan.key, settle);
      this.#loadsThere++;
      this.#post({ type: 'load', session: number, plan });
    }
  }

  unload(key: string): void {
    const slot = this.#slots.remove(key);
    if (!slot) return;
    this.#flush();
    this.#post({ type: 'unload', session: slot.number });
    settleSlot(
      slot,
      new ScoringError('SCORE_ERR_MODEL_LOADING', 'the model was replaced while it was loaded'),
    );
  }

  /** Promises the thread to a chunk, which may wait for its sessions. */
  reserveChunk(): void {
    this.#chunk.reserve();
  }

  /** Takes the promise back, or has the thread give the chunk up at the next border of mini-batches. */
  stopChunk(): void {
    this.#chunk.stop();
  }

  /** Hands over the chunk for which the thread was reserved and whose sessions are open here. */
  runChunk(task: ChunkTask, settle: ChunkSettle): void {
    const sessions = task.failAll
      ? []
      : task.targets.map(({ models }) => models.map(({ plan }) => this.#slots.get(plan.key)?.number ?? -1));
    this.#chunk.run(task, sessions, settle);
  }

  /** Hands over a call for a session that is open here. */
  score(
    { plan, name, version, codec, body }: ThreadCall,
    estimateMs: number,
    settle: Flight['settle'],
  ): void {
    const slot = this.#slots.get(plan.key);
    if (this.#lost || !slot) {
      queueMicrotask(() => {
        settle(lost());
      });
      return;
    }
    const id = this.#nextId++;
    this.#flights.set(id, { estimateMs, settle });
    this.#backlogMs += estimateMs;
    this.#outboxMs += estimateMs;
    this.#outbox.push([id, slot.number, name, version, codec, body]);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // calls of one turn of the event loop leave together
    setImmediate(() => {
      this.#isFlushDue = false;
      if (this.#jobsThere === 0 || this.#outboxMs >= holdMs) this.#flush();
    });
  }

  /** Refuses what was given to the thread and is not answered; it may still be working on it. */
  abandon(error: ScoringError): void {
    this.#outbox = [];
    this.#outboxMs = 0;
    for (const id of [...this.#flights.keys()]) this.#settle(id, error);
    this.#slots.refuseAll(error);
  }

  /** Ends the thread after what it has been given. It must be idle: a thread inside ONNX Runtime cannot be ended. */
  close(): void {
    this.#post({ type: 'close' });
  }

  #receive(message: Exclude<FromWorker, LogMessage>): void {
    this.#answered = true;
    if ('type' in message) {
      if (message.type === 'loaded') this.#loaded(message);
      else this.#chunk.ended(message);
    } else {
      this.#jobsThere -= message.length;
      for (const result of message) this.#settle(result[0], result);
      if (this.#jobsThere === 0) this.#flush();
    }
    this.#onProgress();
  }

  #loaded({ session, error }: LoadedMessage): void {
    this.#loadsThere--;
    const slot = this.#slots.byNumber(session);
    if (!slot) return;
    if (error) this.#slots.remove(slot.key);
    else slot.ready = true;
    settleSlot(slot, error && fromErrorMessage(error));
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const jobs = this.#outbox;
    this.#outbox = [];
    this.#outboxMs = 0;
    this.#jobsThere += jobs.length;
    this.#post(jobs, handedOver(jobs.map((job) => job[5])));
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    if (!this.#lost) this.#worker.postMessage(message, transfer);
  }

  #settle(id: number, outcome: ScoreDone | ScoringError): void {
    const flight = this.#flights.get(id);
    if (!flight) return;
    this.#flights.delete(id);
    this.#backlogMs = this.#flights.size === 0 ? 0 : this.#backlogMs - flight.estimateMs;
    flight.settle(outcome);
  }
}

const lost = () => new ScoringError('SCORE_ERR_WORKER_LOST', 'the scoring thread ended while it worked');
