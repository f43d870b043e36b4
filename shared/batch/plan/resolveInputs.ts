import { limiter } from '../../limiter.js';
import { listAll, type BlobAddress, type BlobStore } from '../../storage/blobStore.js';
import type { JobRecord } from '../job.js';
import { JobFailure } from '../jobFailure.js';
import { JobPaths } from '../jobPaths.js';
import { globMatch } from '../submit/globMatch.js';

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

/** How many blobs are asked for at once. */
const atOnce = 16;

/**
 * The blobs of a job in the order in which they are read: as listed, or by name under a prefix. Throws JobFailures:
 * JOB_INPUT_MISSING that names what is not there, JOB_INPUT_TOO_LARGE for too many.
 */
export async function resolveInputs(store: BlobStore, job: JobRecord): Promise<FoundInput[]> {
  const { input } = job.spec;
  switch (input.kind) {
    case 'body':
      return findAll(store, [{ name: 'body', blob: new JobPaths(job.id).body(input.sha256) }]);
    case 'blobs': {
      const { container } = input;
      return findAll(
        store,
        input.names.map((name) => ({ name, blob: { container, name } })),
      );
    }
    case 'prefix':
      return listMatching(store, input.container, input.prefix, input.pattern);
  }
}

async function findAll(
  store: BlobStore,
  wanted: readonly { readonly name: string; readonly blob: BlobAddress }[],
): Promise<FoundInput[]> {
  const limited = limiter(atOnce);
  const found = await Promise.all(
    wanted.map(({ name, blob }) =>
      limited(async (): Promise<FoundInput | string> => {
        const facts = await store.find(blob);
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
  container: string,
  prefix: string,
  pattern: string | undefined,
): Promise<FoundInput[]> {
  const found: FoundInput[] = [];
  const fits = globMatch(pattern ?? '*');
  for await (const { name, etag, sizeBytes, contentType } of listAll(store, container, prefix)) {
    if (!fits(name.slice(prefix.length))) continue;
    if (found.length === mostInputs) {
      throw new JobFailure(
        'JOB_INPUT_TOO_LARGE',
        `expected at most ${mostInputs} blobs, the prefix has more`,
      );
    }
    const blob = { container, name };
    found.push({ name, blob, etag, sizeBytes, ...(contentType === undefined ? {} : { contentType }) });
  }
  if (found.length === 0) {
    const shown = pattern === undefined ? prefix : `${prefix}${pattern}`;
    throw new JobFailure('JOB_INPUT_MISSING', `there is no blob under '${shown.slice(0, 200)}'`);
  }
  return found;
}
