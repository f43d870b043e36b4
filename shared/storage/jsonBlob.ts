import { ScoringError } from '../errors/scoringError.js';
import type { BlobAddress, BlobStore, WriteCondition } from './blobStore.js';

/** A small JSON value as it is stored, with the ETag under which it can be changed. */
export interface JsonBlob<T> {
  readonly value: T;
  readonly etag: string;
}

/** Reads a JSON blob that this product wrote; undefined when there is none. */
export async function readJsonBlob<T>(
  store: BlobStore,
  blob: BlobAddress,
  signal?: AbortSignal,
): Promise<JsonBlob<T> | undefined> {
  const found = await store.read(blob, signal === undefined ? {} : { signal });
  if (!found) return undefined;
  return { value: JSON.parse(new TextDecoder().decode(found.bytes)) as T, etag: found.facts.etag };
}

/** Writes a JSON blob. Gives its ETag, or 'conflict'. */
export function writeJsonBlob(
  store: BlobStore,
  blob: BlobAddress,
  value: unknown,
  when?: WriteCondition,
): Promise<{ readonly etag: string } | 'conflict'> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return store.put(blob, bytes, { contentType: 'application/json', ...(when === undefined ? {} : { when }) });
}

/** More changes at once than this are no race but a fault. */
const mostTries = 12;

/**
 * Changes a JSON blob under its ETag: `change` is given what is stored, as often as it takes, and gives the new value, or
 * undefined when nothing is to be changed. Gives what is stored then, and whether this call changed it. `what` names it
 * for messages.
 *
 * Throws SCORE_ERR_STATE_BUSY, and what `change` throws.
 */
export async function changeJsonBlob<T>(
  store: BlobStore,
  blob: BlobAddress,
  what: string,
  change: (before: T | undefined) => T | undefined,
): Promise<{ readonly value: T | undefined; readonly changed: boolean }> {
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await readJsonBlob<T>(store, blob);
    const next = change(found?.value);
    if (next === undefined) return { value: found?.value, changed: false };
    const when = found ? { etag: found.etag } : 'absent';
    if ((await writeJsonBlob(store, blob, next, when)) !== 'conflict') return { value: next, changed: true };
  }
  throw new ScoringError('SCORE_ERR_STATE_BUSY', `${what} was changed by others too often`);
}
