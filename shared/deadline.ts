import type { Clock } from './clock.js';

/** Waits for a promise at most `waitMs`, then rejects with what `late` makes. What was waited for goes on. */
export function withDeadline<T>(
  promise: Promise<T>,
  waitMs: number,
  clock: Clock,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(waitMs, () => {
      reject(late());
    });
    promise.then(resolve, reject).finally(callOff);
  });
}
