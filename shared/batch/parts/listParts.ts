import { listAll, type BlobStore } from '../../storage/blobStore.js';
import { batchesContainer, JobPaths } from '../jobPaths.js';
import type { PartFacts } from './partFacts.js';
import { partFacts } from './partMetadata.js';

/** The facts of all parts of a job. */
export async function listParts(store: BlobStore, jobId: string, signal?: AbortSignal): Promise<PartFacts[]> {
  const parts: PartFacts[] = [];
  for await (const blob of listAll(store, batchesContainer, new JobPaths(jobId).partsPrefix, signal)) {
    const facts = partFacts(blob);
    if (facts) parts.push(facts);
  }
  return parts;
}
