import { limiter } from '../../limiter.js';
import type { BlobStore } from '../../storage/blobStore.js';
import { JobPaths } from '../jobPaths.js';
import { readJob } from '../jobStore.js';
import { listParts } from '../parts/listParts.js';
import type { PartFacts } from '../parts/partFacts.js';
import { partMetadata } from '../parts/partMetadata.js';
import { wholeChunks } from '../parts/wholeChunks.js';
import type { BatchPlan } from '../plan/plan.js';
import { maxPartBytes } from '../write/byteSink.js';
import type { StartState } from './chunkTask.js';

/** Parts that are copied at once. */
const atOnce = 4;

/**
 * Copies the good parts of an earlier job with the same plan: those of chunks that did not fail as a whole. Gives the
 * chunks that need no scoring.
 */
export async function takeOverParts(
  store: BlobStore,
  { jobId: fromJobId, createdMs }: NonNullable<BatchPlan['takesOver']>,
  jobId: string,
  plan: BatchPlan,
  share: readonly number[],
  start: StartState,
  signal: AbortSignal,
): Promise<readonly number[]> {
  // its key may have been used again after it was deleted
  if ((await readJob(store, fromJobId))?.createdMs !== createdMs) return [];
  const wanted = new Set(share);
  const good = (await listParts(store, fromJobId)).filter(
    ({ chunkFailed, stop, chunk }) => !chunkFailed && !stop && wanted.has(chunk),
  );
  const limited = limiter(atOnce);
  const taken: number[] = [];
  await Promise.all(
    [...wholeChunks(plan, good, start)].map(([chunk, parts]) =>
      limited(async () => {
        signal.throwIfAborted();
        const copied = await Promise.all(parts.map((part) => copyPart(store, fromJobId, jobId, part)));
        if (copied.every(Boolean)) taken.push(chunk);
      }),
    ),
  );
  return taken;
}

/** False where the earlier job was removed meanwhile: its chunk is scored again then. */
async function copyPart(
  store: BlobStore,
  fromJobId: string,
  jobId: string,
  part: PartFacts,
): Promise<boolean> {
  const from = new JobPaths(fromJobId);
  const to = new JobPaths(jobId);
  const { target, chunk, start, errorsId } = part;
  if (errorsId !== undefined) {
    const errors = await store.read(from.errors(target, chunk, start, errorsId), { maxBytes: maxPartBytes });
    if (!errors) return false;
    await store.put(to.errors(target, chunk, start, errorsId), errors.bytes);
  }
  const found = await store.read(from.part(target, chunk, start), { maxBytes: maxPartBytes });
  if (!found) return false;
  const contentType = found.facts.contentType;
  await store.put(to.part(target, chunk, start), found.bytes, {
    when: 'absent',
    metadata: partMetadata(part),
    ...(contentType === undefined ? {} : { contentType }),
  });
  return true;
}
