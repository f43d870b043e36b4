import { limiter } from '../../limiter.js';
import { releaseBytes } from '../../releaseBytes.js';
import type { BlobStore } from '../../storage/blobStore.js';
import { JobFailure } from '../jobFailure.js';
import type { JobPaths } from '../jobPaths.js';
import type { SettledChunk } from '../parts/settle.js';
import type { BatchPlan, PlanInput } from '../plan/plan.js';
import { finalErrorRows } from '../results/errorRows.js';
import { maxPartBytes } from '../write/byteSink.js';
import { rowGroupBytes } from '../write/parquet/rowGroupBytes.js';
import type { JoinGroup } from './resultFiles.js';

/** Parts read at once. */
const atOnce = 4;

/** The bytes of one block: the parts' rows, or their error rows with the row numbers of the whole job. */
export async function groupBytes(
  store: BlobStore,
  paths: JobPaths,
  plan: BatchPlan,
  { file, chunks }: JoinGroup,
): Promise<Uint8Array<ArrayBuffer>> {
  const limited = limiter(atOnce);
  const pieces = await Promise.all(
    chunks.map((chunk) =>
      limited(async () => {
        if (file.kind === 'errors') return chunkErrors(store, paths, plan, chunk, file.target);
        return readPart(store, paths, chunk, file.target);
      }),
    ),
  );
  const isParquet = file.kind === 'result' && plan.output.format === 'parquet';
  const block = Buffer.concat(isParquet ? pieces.map(rowGroupBytes) : pieces);
  pieces.forEach(releaseBytes);
  return block;
}

/** The encoded rows of a settled part. Throws a JobFailure JOB_STORAGE when it is gone. */
export async function readPart(
  store: BlobStore,
  paths: JobPaths,
  { chunk, start }: SettledChunk,
  target: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const found = await store.read(paths.part(target, chunk, start), { maxBytes: maxPartBytes });
  if (!found) throw gone(chunk);
  return found.bytes;
}

/** The error rows of a settled part as they are shown. Throws a JobFailure JOB_STORAGE when they are gone. */
export async function chunkErrors(
  store: BlobStore,
  paths: JobPaths,
  plan: BatchPlan,
  { chunk, start, firstRow, firstInputRows, parts }: SettledChunk,
  target: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const part = parts[target];
  if (part?.errorsId === undefined) return new Uint8Array();
  const found = await store.read(paths.errors(target, chunk, start, part.errorsId), {
    maxBytes: maxPartBytes,
  });
  if (!found) throw gone(chunk);
  let row = firstRow;
  const segments = (plan.chunks[chunk]?.segments ?? []).map(({ input }, at) => {
    const base = { input: (plan.inputs[input] as PlanInput).name, row, inputRow: firstInputRows[at] ?? 0 };
    row += part.records[at] ?? 0;
    return base;
  });
  return finalErrorRows(found.bytes, segments);
}

const gone = (chunk: number) =>
  new JobFailure('JOB_STORAGE', `the part of chunk ${chunk} is gone from storage`);
