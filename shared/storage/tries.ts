import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';
import type { Log } from '../log.js';
import { storageFault, TryEnded } from './storageFault.js';

/** One call to storage, which may take several tries. */
export interface StorageCall {
  /** For messages: what is done to which thing. */
  readonly name: string;
  /** Bytes that go over the line; they get time beyond that of a small call. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** One try of a call. */
export interface Try {
  /** From 1; from 2 on an earlier try may have been carried out though its answer was lost. */
  readonly number: number;
  /** For the storage client; aborted when the try ends early. */
  readonly signal: AbortSignal;
  /** Ends the try: with a `TryEnded` another one follows, with anything else the call fails with it. */
  end(reason: Error): void;
}

export interface TriesOptions {
  readonly clock: Clock;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly log: Log;
}

const MAX_TRIES = 6;
const BASE_PAUSE_MS = 100;
const MAX_PAUSE_MS = 3_000;
const SMALL_CALL_MS = 10_000;
/** The least speed that a body is given time for: ten lanes share a slow line. */
const LEAST_BYTES_PER_MS = 250;

/** Repeats calls to storage. Each try has a deadline, which the client of storage does not see to. */
export class Tries {
  readonly #options: TriesOptions;

  constructor(options: TriesOptions) {
    this.#options = options;
  }

  /**
   * Runs `attempt` until it succeeds, up to 6 times with growing random pauses. A ScoringError is passed on at once.
   * Throws SCORE_ERR_STORAGE_UNAVAILABLE when the tries are used up, SCORE_ERR_STORAGE_REFUSED when storage gave an
   * answer that no repeat changes, and the reason of the signal.
   */
  async run<T>(call: StorageCall, attempt: (one: Try) => Promise<T>): Promise<T> {
    for (let number = 1; ; number += 1) {
      call.signal?.throwIfAborted();
      try {
        return await this.#once(call, number, attempt);
      } catch (error) {
        call.signal?.throwIfAborted();
        // a fault of the caller or of this code, such as metadata that no header can carry
        const isOwnFault = error instanceof TypeError || error instanceof RangeError;
        if (error instanceof ScoringError || isOwnFault) throw error;
        const fault = storageFault(error);
        this.#options.log.info(`storage: ${call.name}: ${fault.text}; try ${number} of ${MAX_TRIES}`);
        // the message is answered to callers: what was asked for stands in the cause, for logs
        if (!fault.isPassing) {
          const cause = new Error(`storage refused to ${call.name}: ${fault.text}`);
          throw new ScoringError('SCORE_ERR_STORAGE_REFUSED', `storage refuses the call: ${fault.text}`, {
            cause,
          });
        }
        if (number === MAX_TRIES) {
          const cause = new Error(`storage failed ${number} times to ${call.name}: ${fault.text}`);
          throw new ScoringError('SCORE_ERR_STORAGE_UNAVAILABLE', 'storage does not answer', { cause });
        }
        await this.#pause(number, call.signal);
      }
    }
  }

  #once<T>(call: StorageCall, number: number, attempt: (one: Try) => Promise<T>): Promise<T> {
    const deadlineMs = SMALL_CALL_MS + (call.maxBytes ?? 0) / LEAST_BYTES_PER_MS;
    const ending = new AbortController();
    return new Promise((resolve, reject) => {
      const end = (reason: Error): void => {
        reject(reason);
        ending.abort(reason);
      };
      const onAbort = (): void => {
        end(new TryEnded('called off'));
      };
      call.signal?.addEventListener('abort', onAbort, { once: true });
      const callOff = this.#options.clock.after(deadlineMs, () => {
        end(new TryEnded(`no answer within ${deadlineMs / 1000} s`));
      });
      const finish = (): void => {
        callOff();
        call.signal?.removeEventListener('abort', onAbort);
      };
      // the promise is settled from outside too: that a call ends must not hang on the client of storage
      ending.signal.addEventListener('abort', finish, { once: true });
      attempt({ number, signal: ending.signal, end }).then(resolve, reject).finally(finish);
    });
  }

  #pause(number: number, signal: AbortSignal | undefined): Promise<void> {
    const longestMs = Math.min(MAX_PAUSE_MS, BASE_PAUSE_MS * 2 ** (number - 1));
    return new Promise((resolve) => {
      const finish = (): void => {
        callOff();
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const callOff = this.#options.clock.after(longestMs * this.#options.random(), finish);
      signal?.addEventListener('abort', finish, { once: true });
    });
  }
}
