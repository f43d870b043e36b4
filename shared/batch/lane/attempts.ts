import type { BlobStore } from '../../storage/blobStore.js';
import type { JobPaths } from '../jobPaths.js';

/** Tries of a chunk that a process did not survive, before it is given up. */
const mostAttempts = 6;

/**
 * Notes that a chunk is about to be tried, where processes have died before. Gives the reason for giving it up when it
 * was tried too often: a chunk that ends the process must not do so for ever.
 */
export async function noteAttempt(
  store: BlobStore,
  paths: JobPaths,
  chunk: number,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const noted = await store.put(paths.attempt(chunk, attempt), new Uint8Array(), { when: 'absent' });
    if (noted !== 'conflict') return undefined;
  }
  return `the process ended ${mostAttempts} times while the chunk was scored`;
}
