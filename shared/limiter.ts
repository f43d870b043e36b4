import { Permits } from './permits.js';

/** Runs tasks so that at most `width` are under way; the others wait in order. */
export function limiter(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  const permits = new Permits(width);
  return async (task) => {
    const giveBack = await permits.acquire();
    try {
      return await task();
    } finally {
      giveBack();
    }
  };
}
