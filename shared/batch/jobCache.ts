import type { BlobStore } from '../storage/blobStore.js';
import type { JobRecord } from './job.js';

/** Jobs of which something is kept. */
const mostJobs = 16;

/** What names a job: a key of an idempotent submit that is used again after a delete makes a new job of the same id. */
type NamedJob = Pick<JobRecord, 'id' | 'createdMs'>;

/** Keeps something of the jobs that were used last, for each store. */
export class JobCache<T> {
  readonly #kept = new WeakMap<BlobStore, Map<string, { readonly createdMs: number; readonly value: T }>>();

  get(store: BlobStore, { id, createdMs }: NamedJob): T | undefined {
    const known = this.#kept.get(store)?.get(id);
    return known?.createdMs === createdMs ? known.value : undefined;
  }

  set(store: BlobStore, { id, createdMs }: NamedJob, value: T): void {
    const jobs =
      this.#kept.get(store) ?? new Map<string, { readonly createdMs: number; readonly value: T }>();
    this.#kept.set(store, jobs);
    jobs.delete(id);
    const [oldest] = jobs.keys();
    if (jobs.size >= mostJobs && oldest !== undefined) jobs.delete(oldest);
    jobs.set(id, { createdMs, value });
  }

  delete(store: BlobStore, jobId: string): void {
    this.#kept.get(store)?.delete(jobId);
  }
}
