import type { BatchContext } from '../batchContext.js';
import { listJobs, type JobFilter } from '../jobIndex.js';
import type { ServiceVersion } from './serviceJob.js';

/** Ids of one answer. */
const mostIds = 500;

/** Jobs asked for at once. */
const pageSize = 200;
/**
 * How often: a page that finds none of them looks through 1,600 jobs of the service. So many jobs, by whoever they were
 * started, are newer than a batch that is not found.
 */
const mostPagesUnderWay = 60;
const mostPagesEnded = 5;

/** Ids of the batches of a service that were started on its batch route: those under way first, then the newest first. */
export async function listServiceBatches(
  { store }: Pick<BatchContext, 'store'>,
  { name, version }: ServiceVersion,
  owners: readonly string[] | 'all',
): Promise<string[]> {
  const filter: JobFilter = {
    ...{ service: name, version, origin: 'service' },
    ...(owners === 'all' ? {} : { owners }),
  };
  const ids = new Set<string>();
  const add = async (ended: boolean, mostPages: number): Promise<void> => {
    let page: string | undefined;
    for (let pages = 0; pages < mostPages && ids.size < mostIds; pages++) {
      const { jobs, next } = await listJobs(store, { ...filter, ended }, page, pageSize);
      for (const { id } of jobs) ids.add(id);
      page = next;
      if (page === undefined) return;
    }
  };
  await add(false, mostPagesUnderWay);
  await add(true, mostPagesEnded);
  return [...ids].slice(0, mostIds);
}
