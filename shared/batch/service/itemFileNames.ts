import { artifactNames } from '../../artifacts/itemArtifacts.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord, PinnedModel } from '../job.js';
import { shownChunks } from '../results/shownChunks.js';
import { itemAt, itemsOf } from './itemInput.js';
import { errorsWithin } from './visitRows.js';

/**
 * Names of the files that an item has: those that its model declares, when it is done and has results, else none. Throws
 * as `itemsOf`, `itemAt` and `Catalog.plan`.
 */
export async function itemFileNames(
  context: BatchContext,
  job: JobRecord,
  index: number,
): Promise<readonly string[]> {
  const { firstRow, endRow, refused } = itemAt(await itemsOf(context, job), index);
  const [{ name, version }] = job.models as [PinnedModel];
  const names = artifactNames(await context.catalog.plan(name, version));
  if (refused || names.length === 0) return [];
  const shown = await shownChunks(context, job, endRow);
  if (!shown || shown.settlement.rows < endRow) return [];
  const errors = await errorsWithin(context, job, shown, firstRow, endRow);
  return errors.size === 0 ? names : [];
}
