import type { BlobAddress, BlobStore, WriteCondition } from '../storage/blobStore.js';

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
