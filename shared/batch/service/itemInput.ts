import { ScoringError } from '../../errors/scoringError.js';
import { readJsonBlob } from '../../storage/jsonBlob.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobCache } from '../jobCache.js';
import { JobPaths } from '../jobPaths.js';
import { BatchItems, type BatchItem, type StoredItems } from './batchItems.js';
import { requestOfRows } from './requestOfRows.js';
import { refusalError } from './refusal.js';

const known = new JobCache<BatchItems>();

/**
 * The items of a batch that a service route has started. Throws SCORE_ERR_JOB_ITEMS for a job that was started otherwise,
 * and SCORE_ERR_JOB_NOT_FOUND for one that is being removed.
 */
export async function itemsOf({ store }: Pick<BatchContext, 'store'>, job: JobRecord): Promise<BatchItems> {
  const kept = known.get(store, job);
  if (kept) return kept;
  if (!job.items) throw new ScoringError('SCORE_ERR_JOB_ITEMS', `the job '${job.id}' has no items`);
  const stored = await readJsonBlob<StoredItems>(store, new JobPaths(job.id).items(job.items.sha256));
  if (!stored) throw gone(job);
  const items = new BatchItems(stored.value);
  known.set(store, job, items);
  return items;
}

/** The item with this index. Throws SCORE_ERR_ITEM_NOT_FOUND. */
export function itemAt(items: BatchItems, index: number): BatchItem {
  const item = items.at(index);
  if (item) return item;
  throw new ScoringError(
    'SCORE_ERR_ITEM_NOT_FOUND',
    `there is no item ${index}: the batch has ${items.count}, from 0 on`,
  );
}

/**
 * The body of the consumption call that scores one item alone, in the form in which it was sent; put together from the
 * stored rows, with numbers in the caller's own digits.
 *
 * Throws as `itemsOf` and `itemAt`, as `refusalError` for an item that was refused, and SCORE_ERR_BATCH_TOO_LARGE for one with more bytes than a call may have.
 */
export async function itemRequest(
  context: Pick<BatchContext, 'store' | 'settings'>,
  job: JobRecord,
  index: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { form, from, to, refused } = itemAt(await itemsOf(context, job), index);
  const { input, dialect } = job.spec;
  const columns = dialect.columns ?? [];
  if (refused) throw refusalError(refused, columns, '');
  const most = context.settings.maxBodyBytes;
  if (to - from > most) {
    const message = `item ${index} has ${to - from} bytes, and is scored alone up to ${most}`;
    throw new ScoringError('SCORE_ERR_BATCH_TOO_LARGE', message);
  }
  if (input.kind !== 'body') throw gone(job);
  const body = new JobPaths(job.id).body(input.sha256);
  const rows = from === to ? new Uint8Array() : await context.store.readRange(body, from, to);
  return requestOfRows(rows, form, columns);
}

const gone = ({ id }: JobRecord) =>
  new ScoringError('SCORE_ERR_JOB_NOT_FOUND', `the job '${id}' is being removed`);
