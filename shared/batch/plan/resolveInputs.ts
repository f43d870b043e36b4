import { limiter } from '../../limiter.js';
import { listAll, type BlobAddress, type BlobStore } from '../../storage/blobStore.js';
import type { JobInput, JobRecord } from '../job.js';
import { JobFailure } from '../jobFailure.js';
import { JobPaths } from '../jobPaths.js';
import { globMatch } from '../submit/globMatch.js';
import { ReadableUploads, uploadReadsOfJob } from '../uploads/readableUploads.js';

/** A blob that the job reads, in the state in which it was found first. */
export interface FoundInput {
  readonly name: string;
  readonly blob: BlobAddress;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType?: string;
}

/** More blobs than this are a mistake in the prefix. */
const mostInputs = 10_000;

/** More blobs than this are not looked through for those that the job may read. */
const mostLooked = 50_000;

/** How many blobs are asked for at once. */
const atOnce = 16;

/** Blobs of a listing whose owners are looked up together. */
const lookedTogether = 200;

/**
 * The blobs of a job in the order in which they are read: as listed, or by name under a prefix. What the job may not read
 * is not there for it. Throws JobFailures: JOB_INPUT_MISSING that names what is not there, JOB_INPUT_TOO_LARGE for too
 * many.
 */
export async function resolveInputs(store: BlobStore, job: JobRecord): Promise<FoundInput[]> {
  const { input } = job.spec;
  const readable = new ReadableUploads(store, uploadReadsOfJob(job));
  switch (input.kind) {
    case 'body':
      return findAll(store, readable, [{ name: 'body', blob: new JobPaths(job.id).body(input.sha256) }]);
    case 'blobs': {
      const { container } = input;
      return findAll(
        store,
        readable,
        input.names.map((name) => ({ name, blob: { container, name } })),
      );
    }
    case 'prefix':
      return listMatching(store, readable, input);
  }
}

async function findAll(
  store: BlobStore,
  readable: ReadableUploads,
  wanted: readonly { readonly name: string; readonly blob: BlobAddress }[],
): Promise<FoundInput[]> {
  const limited = limiter(atOnce);
  const found = await Promise.all(
    wanted.map(({ name, blob }) =>
      limited(async (): Promise<FoundInput | string> => {
        const facts = (await readable.mayRead(blob)) ? await store.find(blob) : undefined;
        if (!facts) return name;
        const { etag, sizeBytes, contentType } = facts;
        return { name, blob, etag, sizeBytes, ...(contentType === undefined ? {} : { contentType }) };
      }),
    ),
  );
  const missing = found.filter((one) => typeof one === 'string');
  if (missing.length > 0) {
    const more = missing.length > 20 ? ` and ${missing.length - 20} more` : '';
    throw new JobFailure('JOB_INPUT_MISSING', `there is no blob ${missing.slice(0, 20).join(', ')}${more}`);
  }
  return found.filter((one) => typeof one !== 'string');
}

async function listMatching(
  store: BlobStore,
  readable: ReadableUploads,
  { container, prefix, pattern }: Extract<JobInput, { readonly kind: 'prefix' }>,
): Promise<FoundInput[]> {
  const found: FoundInput[] = [];
  const fits = globMatch(pattern ?? '*');
  let looked = 0;
  let next: FoundInput[] = [];
  const take = async (): Promise<void> => {
    for (const one of await readableOf(readable, next)) {
      if (found.push(one) > mostInputs) {
        throw tooMany(`expected at most ${mostInputs} blobs, the prefix has more`);
      }
    }
    next = [];
  };
  for await (const { name, etag, sizeBytes, contentType } of listAll(store, container, prefix)) {
    if (!fits(name.slice(prefix.length))) continue;
    if (++looked > mostLooked) {
      throw tooMany(`more than ${mostLooked} blobs would have to be looked through; name a longer prefix`);
    }
    const blob = { container, name };
    next.push({ name, blob, etag, sizeBytes, ...(contentType === undefined ? {} : { contentType }) });
    if (next.length === lookedTogether) await take();
  }
  await take();
  if (found.length === 0) {
    const shown = pattern === undefined ? prefix : `${prefix}${pattern}`;
    throw new JobFailure('JOB_INPUT_MISSING', `there is no blob under '${shown.slice(0, 200)}'`);
  }
  return found;
}

/** Those that the job may read, in their order. */
async function readableOf(readable: ReadableUploads, found: readonly FoundInput[]): Promise<FoundInput[]> {
  const limited = limiter(atOnce);
  const may = await Promise.all(found.map(({ blob }) => limited(() => readable.mayRead(blob))));
  return found.filter((_, at) => may[at]);
}

const tooMany = (message: string) => new JobFailure('JOB_INPUT_TOO_LARGE', message);
