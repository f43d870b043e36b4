import type { BlobStore } from '../storage/blobStore.js';
import type { JobRecord, JobState } from './job.js';
import { batchesContainer } from './jobPaths.js';
import { markerOf, pageToken } from './pageToken.js';

/** A job as lists show it, from the index alone. */
export interface JobSummary {
  readonly id: string;
  readonly owner: string;
  readonly state: JobState;
  readonly createdMs: number;
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
  /** Deleted jobs as well. */
  readonly deleted?: true;
}

/** Stands for "all"; no model and no version can have this name. */
const all = '~all';

/** Times are counted down from here, so that the newest job comes first. */
const endOfTimeMs = 9_999_999_999_999;

/** Entries looked at for one page, however many of them fit the filter. */
const mostLookedAt = 2000;

/**
 * Writes the job into the index: one empty blob under each of its models, with and without version, and one under all,
 * whose metadata is what lists show. Written again at every change of state.
 */
export async function writeIndex(store: BlobStore, job: JobRecord): Promise<void> {
  const { rows, failed } = job.frozen?.counts ?? {};
  const metadata: Record<string, string> = {
    state: job.state,
    owner: encodeURIComponent(job.owner),
    services: job.models
      .map(({ name, version }) => `${name}/${version}`)
      .join(',')
      .slice(0, 2000),
    ...(rows === undefined ? {} : { rows: String(rows), failed: String(failed) }),
    ...(job.deletedMs === undefined ? {} : { deleted: 'true' }),
  };
  await Promise.all(
    entriesOf(job).map((name) =>
      store.put({ container: batchesContainer, name }, new Uint8Array(), { metadata }),
    ),
  );
}

/** Takes the job out of the index. */
export async function removeFromIndex(store: BlobStore, job: JobRecord): Promise<void> {
  await Promise.all(entriesOf(job).map((name) => store.remove({ container: batchesContainer, name })));
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
  for (let looked = 0; jobs.length < pageSize && looked < mostLookedAt;) {
    const room = pageSize - jobs.length;
    const listed = await store.list(batchesContainer, prefix, {
      // never more than fit: the page ends where the listing does
      pageSize: room,
      ...(next === undefined ? {} : { next }),
    });
    looked += Math.max(1, listed.blobs.length);
    for (const blob of listed.blobs) {
      const summary = summaryOf(blob.name, blob.metadata);
      if (summary && fits(summary, filter)) jobs.push(summary);
    }
    next = listed.next;
    if (next === undefined) return { jobs };
  }
  return next === undefined ? { jobs } : { jobs, next: pageToken(prefix, next) };
}

function entriesOf({ id, createdMs, models }: JobRecord): string[] {
  const stamp = String(endOfTimeMs - createdMs).padStart(13, '0');
  const places = models.flatMap(({ name, version }) => [`${name}/${all}`, `${name}/${version}`]);
  return [...new Set([`${all}/${all}`, ...places])].map((place) => `index/${place}/${stamp}-${id}`);
}

function summaryOf(name: string, metadata: Readonly<Record<string, string>>): JobSummary | undefined {
  const [, stamp, id] = /\/(\d{13})-([^/]+)$/.exec(name) ?? [];
  const { state, owner, services, rows, failed, deleted } = metadata;
  if (stamp === undefined || id === undefined || !state) return undefined;
  return {
    id,
    state: state as JobState,
    owner: decodeURIComponent(owner ?? ''),
    createdMs: endOfTimeMs - Number(stamp),
    services: services ? services.split(',') : [],
    ...(rows === undefined ? {} : { rows: Number(rows), failed: Number(failed) }),
    ...(deleted === undefined ? {} : { deleted: true }),
  };
}

const fits = (job: JobSummary, { owners, state, deleted }: JobFilter) =>
  (deleted === true || job.deleted === undefined) &&
  (owners === undefined || owners.includes(job.owner)) &&
  (state === undefined || job.state === state);
