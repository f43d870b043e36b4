import type { RuntimeStatus } from './store.js';

/** Statuses of instances that have ended; the real engine has `Canceled` too, which nothing leads to. */
export const FINAL_STATUSES: readonly RuntimeStatus[] = ['Completed', 'Failed', 'Terminated'];

export function isFinal(status: RuntimeStatus): boolean {
  return FINAL_STATUSES.includes(status);
}
