import { limiter } from '../../limiter.js';
import type { BlobStore } from '../../storage/blobStore.js';
import { JobFailure } from '../jobFailure.js';
import type { JobPaths } from '../jobPaths.js';
import type { PartFacts } from '../parts/partFacts.js';
import { ParquetFault } from '../read/parquet/parquetFault.js';
import type { BatchPlan, PlanTarget } from '../plan/plan.js';
import { joinFooter } from '../write/parquet/joinFooter.js';
import { partTailLength, readPartFooter, type PartFooter } from '../write/parquet/partFooter.js';
import type { JoinGroup } from './resultFiles.js';

/** Read at first of the end of a part; a footer over it costs a second read. */
const firstTailBytes = 16 * 1024;

/** Parts read at once. */
const atOnce = 8;

/** What follows the row groups of a joined Parquet file: one footer for the row groups of all parts. */
export async function parquetTail(
  store: BlobStore,
  paths: JobPaths,
  plan: BatchPlan,
  target: number,
  groups: readonly JoinGroup[],
): Promise<Uint8Array> {
  const limited = limiter(atOnce);
  const chunks = groups.flatMap((group) => group.chunks);
  const footers = await Promise.all(
    chunks.map(({ chunk, start, parts }) =>
      limited(() => footerOf(store, paths.part(target, chunk, start), parts[target] as PartFacts)),
    ),
  );
  return joinFooter((plan.targets[target] as PlanTarget).columns, footers);
}

async function footerOf(
  store: BlobStore,
  blob: ReturnType<JobPaths['part']>,
  { sizeBytes, chunk }: PartFacts,
): Promise<PartFooter> {
  try {
    const tail = await store.readRange(blob, Math.max(0, sizeBytes - firstTailBytes), sizeBytes);
    const needed = partTailLength(tail, sizeBytes);
    if (needed <= tail.length) return await readPartFooter(tail, sizeBytes);
    return await readPartFooter(await store.readRange(blob, sizeBytes - needed, sizeBytes), sizeBytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof ParquetFault)
      throw new JobFailure('JOB_STORAGE', `the part of chunk ${chunk} is damaged`);
    throw error;
  }
}
