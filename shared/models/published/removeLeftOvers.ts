import type { Clock } from '../../clock.js';
import { listAll, type BlobStore, type ListedBlob } from '../../storage/blobStore.js';
import { findManifest } from './manifest.js';
import { modelsContainer, parsePublishedBlob } from './publishedPaths.js';

/** Longer than a publish takes, with a slow line and several tries. */
const publishMs = 6 * 60 * 60_000;

/**
 * Removes the files of publishes that died before their manifest was there, and of versions whose deletion was
 * interrupted. What is younger than six hours may still be on its way.
 */
export async function removeLeftOvers(store: BlobStore, clock: Clock): Promise<void> {
  // names of blobs are in order: those of a version come together
  const publishIds = new Map<string, Promise<string | undefined>>();
  for await (const blob of listAll(store, modelsContainer, '')) {
    if (!isOld(blob, clock)) continue;
    const parsed = parsePublishedBlob(blob.name);
    if (parsed?.publishId === undefined) continue;
    const { name, version, publishId } = parsed;
    const key = `${name}/${version}`;
    if (!publishIds.has(key)) publishIds.clear();
    const published = publishIds.get(key) ?? publishedAs(store, name, version);
    publishIds.set(key, published);
    const current = await published;
    if (current === publishId || current === unknown) continue;
    await store.remove({ container: modelsContainer, name: blob.name });
  }
}

/** A manifest that cannot be read may name any publish. */
const unknown = 'unknown';

async function publishedAs(store: BlobStore, name: string, version: string): Promise<string | undefined> {
  const stored = await findManifest(store, name, version);
  return stored && (stored.manifest?.publishId ?? unknown);
}

const isOld = ({ modifiedMs }: ListedBlob, clock: Clock) => clock.wallMs() - modifiedMs > publishMs;
