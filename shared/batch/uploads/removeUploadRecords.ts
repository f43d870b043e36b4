import { limiter } from '../../limiter.js';
import type { BlobStore, ListedBlob } from '../../storage/blobStore.js';
import { readJsonBlob, writeJsonBlob } from '../../storage/jsonBlob.js';
import type { BatchContext } from '../batchContext.js';
import { uploadsContainer } from '../submit/jobInput.js';
import { seenBlobsFolder, type SeenBlob } from './seenBlob.js';
import {
  modelUploadsFolder,
  uploadRecordsFolder,
  type ModelUploadRecord,
  type UploadRecord,
} from './uploadRecord.js';

const dayMs = 24 * 60 * 60_000;

/** Younger records are left alone: their file may be on its way. */
const youngMs = dayMs;

const pageSize = 500;

/** One run looks at so many pages of each kind; the next run goes on behind them. */
const mostPages = 4;

/** Records looked at together. */
const atOnce = 8;

type Context = Pick<BatchContext, 'store' | 'clock' | 'settings'>;

/**
 * Removes what is kept of files in `uploads` that are not there: they never came, or somebody has removed them. A record
 * stays as long as its file, for it tells whose the file is and what it has started. Throws the errors of storage.
 */
export async function removeUploadRecords(context: Context): Promise<void> {
  const { store, clock, settings } = context;
  const ageMs = ({ modifiedMs }: ListedBlob) => clock.wallMs() - modifiedMs;
  await sweep(store, uploadRecordsFolder, async (listed) => {
    if (ageMs(listed) <= youngMs) return false;
    const record = await read<UploadRecord | ModelUploadRecord>(store, listed);
    const uploadId = listed.name.slice(uploadRecordsFolder.length, -'.json'.length);
    return record !== undefined && !(await hasFiles(store, folderOf(record, uploadId)));
  });
  await sweep(store, seenBlobsFolder, async (listed) => {
    if (ageMs(listed) <= youngMs) return false;
    const seen = await read<SeenBlob>(store, listed);
    if (seen?.name !== undefined) {
      return (await store.find({ container: uploadsContainer, name: seen.name })) === undefined;
    }
    return settings.jobRetentionDays > 0 && ageMs(listed) > settings.jobRetentionDays * dayMs;
  });
}

/** Where the file of an upload is, or would be. */
function folderOf(record: UploadRecord | ModelUploadRecord, uploadId: string): string {
  if ('kind' in record) return `${modelUploadsFolder}${uploadId}/`;
  const [service] = record.options.services;
  return `${service?.name ?? ''}/${service?.version ?? ''}/${uploadId}/`;
}

async function hasFiles(store: BlobStore, folder: string): Promise<boolean> {
  return (await store.list(uploadsContainer, folder, { pageSize: 1 })).blobs.length > 0;
}

/** Undefined where it is gone, or cannot be read. */
async function read<T>(store: BlobStore, { name }: ListedBlob): Promise<T | undefined> {
  try {
    return (await readJsonBlob<T>(store, { container: 'state', name }))?.value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Removes the records of a folder that are done with: a few pages of them, from where the last run has stopped. */
async function sweep(
  store: BlobStore,
  folder: string,
  isDone: (listed: ListedBlob) => Promise<boolean>,
): Promise<void> {
  const place = { container: 'state', name: `sweeps/${folder.slice(0, -1)}.json` };
  const limited = limiter(atOnce);
  let next = (await readJsonBlob<{ readonly next?: string }>(store, place))?.value.next;
  // a place that storage takes no more must not stop all further runs
  if (next !== undefined) await store.remove(place);
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await store.list('state', folder, { pageSize, ...(next === undefined ? {} : { next }) });
    await Promise.all(
      page.blobs.map((listed) =>
        limited(async () => {
          if (await isDone(listed)) await store.remove({ container: 'state', name: listed.name });
        }),
      ),
    );
    next = page.next;
    if (next === undefined) return;
  }
  await writeJsonBlob(store, place, { next });
}
