import type { BlobStore } from '../storage/blobStore.js';
import type { JobRecord, JobState, PinnedModel } from './job.js';
import { batchesContainer } from './jobPaths.js';
import { markerOf, pageToken } from './pageToken.js';
import { isTerminal } from './state.js';

/** A job as lists show it, from the index alone. */
export interface JobSummary {
  readonly id: string;
  readonly owner: string;
  readonly state: JobState;
  readonly createdMs: number;
  readonly origin?: JobRecord['origin'];
  readonly services: readonly string[];
  readonly rows?: number;
  readonly failed?: number;
  /** Nobody sees it any more; what it has in storage is still to be removed. */
  readonly deleted?: true;
}

export interface JobFilter {
  readonly owners?: readonly string[];
  readonly service?: string;
  readonly version?: string;
  readonly state?: JobState;
  /** Whether nothing follows the state. */
  readonly ended?: boolean;
  readonly origin?: JobRecord['origin'];
  /** Deleted jobs as well. */
  readonly deleted?: true;
}

/** Stands for "all"; no model and no version can have this name. */
const all = '~all';

/** Times are counted down from here, so that the newest job comes first. */
const endOfTimeMs = 9_999_999_999_999;

/** Listings for one page, however few of the entries fit the filter. */
const mostCalls = 8;

/**
 * Writes the job into the index: one empty blob under each of its models, with and without version, and one under all,
 * whose metadata is what lists show. Written again at every change of state.
 */
export async function writeIndex(store: BlobStore, job: JobRecord): Promise<void> {
  const { rows, failed } = job.frozen?.counts ?? {};
  const metadata: Record<string, string> = {
    state: job.state,
    origin: job.origin,
    owner: encodeURIComponent(job.owner),
    services: job.models.map(placeOf).join(',').slice(0, 2000),
    ...(rows === undefined ? {} : { rows: String(rows), failed: String(failed) }),
    ...(job.deletedMs === undefined ? {} : { deleted: 'true' }),
  };
  await Promise.all(
    entriesOf(job).map((name) =>
      store.put({ container: batchesContainer, name }, new Uint8Array(), { metadata }),
    ),
  );
}

/** Takes the job out of the index; one whose record is gone as well, by what its entry tells. */
export async function removeFromIndex(store: BlobStore, job: JobRecord | JobSummary): Promise<void> {
  const remove = (name: string) => store.remove({ container: batchesContainer, name });
  const [ofAll = '', ...others] = entriesOf(job);
  await Promise.all(others.map(remove));
  // the last one, by which the maintenance finds the others
  await remove(ofAll);
}

/** A page of the jobs that fit, newest first; `next` leads to the following one. Throws as `markerOf`. */
export async function listJobs(
  store: BlobStore,
  filter: JobFilter,
  page: string | undefined,
  pageSize: number,
): Promise<{ readonly jobs: readonly JobSummary[]; readonly next?: string }> {
  const { service, version } = filter;
  const prefix = `index/${service ?? all}/${version ?? all}/`;
  const jobs: JobSummary[] = [];
  let next = page === undefined ? undefined : markerOf(prefix, page);
  for (let calls = 0; jobs.length < pageSize && calls < mostCalls; calls++) {
    const room = pageSize - jobs.length;
    const listed = await store.list(batchesContainer, prefix, {
      // never more than fit: the page ends where the listing does
      pageSize: room,
      ...(next === undefined ? {} : { next }),
    });
    for (const blob of listed.blobs) {
      const summary = summaryOf(blob.name, blob.metadata);
      if (summary && fits(summary, filter)) jobs.push(summary);
    }
    next = listed.next;
    if (next === undefined) return { jobs };
  }
  return next === undefined ? { jobs } : { jobs, next: pageToken(prefix, next) };
}

function entriesOf(job: JobRecord | JobSummary): string[] {
  const stamp = String(endOfTimeMs - job.createdMs).padStart(13, '0');
  const services = 'models' in job ? job.models.map(placeOf) : job.services;
  const places = services.flatMap((place) => [`${place.split('/', 1)[0] ?? ''}/${all}`, place]);
  return [...new Set([`${all}/${all}`, ...places])].map((place) => `index/${place}/${stamp}-${job.id}`);
}

const placeOf = ({ name, version }: PinnedModel) => `${name}/${version}`;

function summaryOf(name: string, metadata: Readonly<Record<string, string>>): JobSummary | undefined {
  const [, stamp, id] = /\/(\d{13})-([^/]+)$/.exec(name) ?? [];
  const { state, origin, owner, services, rows, failed, deleted } = metadata;
  if (stamp === undefined || id === undefined || !state) return undefined;
  return {
    id,
    state: state as JobState,
    owner: decodeURIComponent(owner ?? ''),
    createdMs: endOfTimeMs - Number(stamp),
    ...(origin === undefined ? {} : { origin: origin as JobRecord['origin'] }),
    services: services ? services.split(',') : [],
    ...(rows === undefined ? {} : { rows: Number(rows), failed: Number(failed) }),
    ...(deleted === undefined ? {} : { deleted: true }),
  };
}

const fits = (job: JobSummary, { owners, state, ended, origin, deleted }: JobFilter) =>
  (deleted === true || job.deleted === undefined) &&
  (owners === undefined || owners.includes(job.owner)) &&
  (state === undefined || job.state === state) &&
  (ended === undefined || isTerminal(job.state) === ended) &&
  (origin === undefined || job.origin === origin);
