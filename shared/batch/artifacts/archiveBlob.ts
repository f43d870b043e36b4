import type { ModelPlan } from '../../models/modelPlan.js';
import { listAll, type BlobAddress, type BlobStore } from '../../storage/blobStore.js';
import type { JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';

/** Items [from, to) of a batch with `count` items. */
interface ItemSpan {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const isWhole = ({ from, to, count }: ItemSpan) => from === 0 && to === count;

/** Where a large archive is kept. */
export function archiveBlob({ id }: JobRecord, { key }: Pick<ModelPlan, 'key'>, span: ItemSpan): BlobAddress {
  const fileName = isWhole(span)
    ? `artifacts-${key.slice(0, 16)}.zip`
    : `${partPrefix}${key.slice(0, 16)}-${span.from}-${span.to}.zip`;
  return new JobPaths(id).result(fileName);
}

/**
 * Removes the parts that were kept before a part was: beside the archive of all items a job keeps one, so that its
 * storage is bounded.
 */
export async function removeOtherParts(
  store: BlobStore,
  { id }: JobRecord,
  span: ItemSpan,
  kept: BlobAddress,
): Promise<void> {
  if (isWhole(span)) return;
  const { container, name } = new JobPaths(id).result(partPrefix);
  for await (const part of listAll(store, container, name)) {
    if (part.name !== kept.name) await store.remove({ container, name: part.name });
  }
}

const partPrefix = 'artifacts-part-';
