import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { ModelFolder } from '../models/modelFolder.js';
import type { ModelPlan } from '../models/modelPlan.js';
import type { CheckLimits } from './checkModel.js';
import type { CheckJob, CheckOutcome } from './checkThread.js';

/** Checks folders in processes of their own, which are started from a thread: the calls that are scored feel nothing of it. */
export class FolderChecks {
  readonly #limits: CheckLimits;
  readonly #waiting = new Map<number, (outcome: CheckOutcome) => void>();
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #closing = new AbortController();

  constructor(limits: CheckLimits) {
    this.#limits = limits;
  }

  /** Gives the plan of a model that passed. Throws as `checkFolder`, and SCORE_ERR_DRAINING when the app shuts down. */
  async check(folder: ModelFolder): Promise<ModelPlan> {
    this.#closing.signal.throwIfAborted();
    const id = this.#nextId++;
    const outcome = await new Promise<CheckOutcome>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker ??= this.#spawn();
      this.#worker.postMessage({ id, folder, limits: this.#limits } satisfies CheckJob);
    });
    if (this.#waiting.size === 0) this.#end();
    if ('plan' in outcome) return outcome.plan;
    this.#closing.signal.throwIfAborted();
    throw fromErrorMessage(outcome.error);
  }

  /** Gives up what is being checked; the thread ends behind it. */
  close(): void {
    this.#closing.abort(draining());
    if (this.#waiting.size === 0) this.#end();
    else this.#worker?.postMessage('close');
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #settle(outcome: CheckOutcome): void {
    const settle = this.#waiting.get(outcome.id);
    this.#waiting.delete(outcome.id);
    settle?.(outcome);
  }

  #spawn(): Worker {
    const worker = new Worker(path.join(__dirname, 'checkThread.js'), { name: 'model-checks' });
    worker.unref();
    worker.on('message', (outcome: CheckOutcome) => {
      this.#settle(outcome);
    });
    let cause = 'it gave no error';
    // an 'exit' follows every 'error'
    worker.on('error', (error) => {
      cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const error = { code: 'SCORE_ERR_INTERNAL', message: 'an internal fault', logText: cause } as const;
      for (const id of [...this.#waiting.keys()]) this.#settle({ id, error });
    });
    return worker;
  }
}

const draining = () => new ScoringError('SCORE_ERR_DRAINING', 'the instance is shutting down');
