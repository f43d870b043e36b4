import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import { limiter } from '../limiter.js';
import type { Inspection } from './inspectionWorker.js';
import type { ModelFolder } from './modelFolder.js';
import type { ModelPlan } from './modelPlan.js';

/** Reading and hashing 2 GiB takes seconds; a file that needs longer is no model. */
const timeoutMs = 60_000;
const maxHeapMb = 256;

/**
 * Reads model folders on a thread of its own, one at a time: a hostile file can make its reader slow or large, and then
 * only that thread suffers. The thread ends when there is nothing to read.
 */
export class Inspector {
  readonly #clock: Clock;
  readonly #oneAtATime = limiter(1);
  #worker: Worker | undefined;
  #waiting = 0;
  #settle: ((outcome: Inspection | ScoringError) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws as `inspectModel`, and SCORE_ERR_MODEL_FILE_INVALID for a file that its reader does not survive. */
  async inspect(folder: ModelFolder): Promise<ModelPlan> {
    this.#waiting++;
    try {
      return await this.#oneAtATime(() => this.#inspect(folder));
    } finally {
      if (--this.#waiting === 0) this.close();
    }
  }

  /** Ends the thread; what it was reading is refused. */
  close(): void {
    this.#settle?.(unreadable('the app is shutting down'));
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #inspect(folder: ModelFolder): Promise<ModelPlan> {
    this.#worker ??= this.#spawn();
    const worker = this.#worker;
    const outcome = await new Promise<Inspection | ScoringError>((resolve) => {
      const callOff = this.#clock.after(timeoutMs, () => {
        this.#settle?.(unreadable(`it takes over ${timeoutMs / 1000} s`));
        this.close();
      });
      this.#settle = (settled) => {
        callOff();
        this.#settle = undefined;
        resolve(settled);
      };
      worker.postMessage(folder);
    });
    if (outcome instanceof ScoringError) throw outcome;
    if ('error' in outcome) throw fromErrorMessage(outcome.error);
    return outcome.plan;
  }

  #spawn(): Worker {
    const worker = new Worker(path.join(__dirname, 'inspectionWorker.js'), {
      name: 'model-inspection',
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    worker.unref();
    worker.on('message', (inspection: Inspection) => this.#settle?.(inspection));
    // an 'exit' follows every 'error'
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#settle?.(unreadable('its graph needs too much memory'));
    });
    return worker;
  }
}

const unreadable = (why: string) =>
  new ScoringError('SCORE_ERR_MODEL_FILE_INVALID', `model.onnx cannot be read: ${why}`);
