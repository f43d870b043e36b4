import type { Clock } from '../shared/clock.js';

/** Waits for work that is under way, at most `graceMs`. */
export async function withinGrace(work: Promise<unknown>, graceMs: number, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const callOff = clock.after(graceMs, () => {
    resolve(undefined);
  });
  await Promise.race([work, promise]);
  callOff();
}
