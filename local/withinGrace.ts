import type { Clock } from '../shared/clock.js';

/** Waits for work that is under way, at most `graceMs`; undefined when it takes longer, of which `onLate` hears. */
export async function withinGrace<T>(
  work: Promise<T>,
  graceMs: number,
  clock: Clock,
  onLate?: () => void,
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const callOff = clock.after(graceMs, () => {
    onLate?.();
    late.resolve(undefined);
  });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    callOff();
  }
}
