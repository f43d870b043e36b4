import { createHash } from 'node:crypto';
import type { BlobStore } from '../../storage/blobStore.js';
import type { OutputFormat } from '../job.js';
import type { JobPaths } from '../jobPaths.js';
import { partMetadata } from '../parts/partMetadata.js';
import type { StartState } from './chunkTask.js';
import type { ScoredChunk } from './scoreChunk.js';

/** Media types of parts and results. */
export const mediaTypes: Readonly<Record<OutputFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonLines: 'application/jsonl',
  parquet: 'application/vnd.apache.parquet',
};

/**
 * Writes the parts of a scored chunk, unless they are there already: then another try was first, and its part is the
 * one that counts. Error rows go first, under a name of their content, so that a part never meets those of another try.
 */
export async function writeParts(
  store: BlobStore,
  paths: JobPaths,
  format: OutputFormat,
  chunk: number,
  start: StartState,
  done: ScoredChunk,
): Promise<void> {
  const { ends, records, stop, sha256, readMs, runMs, encodeMs, chunkFailed } = done;
  await Promise.all(
    done.targets.map(async ({ part, errors, succeeded, failed }, target) => {
      let errorsId: string | undefined;
      if (errors.length > 0) {
        errorsId = createHash('sha256').update(errors).digest('hex').slice(0, 16);
        await store.put(paths.errors(target, chunk, start, errorsId), errors);
      }
      const facts = { ends, records, succeeded, failed, chunkFailed, sha256, readMs, runMs, encodeMs };
      const metadata = partMetadata({
        ...facts,
        ...(stop === undefined ? {} : { stop }),
        ...(errorsId === undefined ? {} : { errorsId }),
      });
      await store.put(paths.part(target, chunk, start), part, {
        when: 'absent',
        contentType: mediaTypes[format],
        metadata,
      });
    }),
  );
}
