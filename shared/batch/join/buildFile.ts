import { createHash } from 'node:crypto';
import { releaseBytes } from '../../releaseBytes.js';
import type { BlobStore } from '../../storage/blobStore.js';
import type { JobPaths } from '../jobPaths.js';
import { mediaTypes } from '../lane/writeParts.js';
import type { BatchPlan, PlanTarget } from '../plan/plan.js';
import { csvHeader } from '../write/csvHeader.js';
import { parquetTail } from './parquetTail.js';
import { groupBytes } from './groupBytes.js';
import { blockIdOf, type JoinGroup, type ResultFile } from './resultFiles.js';

/** A file of a finished job, as the manifest lists it. */
export interface BuiltFile {
  readonly name: string;
  readonly kind: ResultFile['kind'];
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Makes one file out of its groups: stages the blocks that are not staged yet, commits them between head and tail, and
 * hashes the whole. A repeat makes the same file.
 */
export async function buildFile(
  store: BlobStore,
  paths: JobPaths,
  plan: BatchPlan,
  file: ResultFile,
  groups: readonly JoinGroup[],
  isStaged: boolean,
): Promise<BuiltFile> {
  const blob = paths.result(file.fileName);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stage = async (blockId: string, bytes: Uint8Array): Promise<string> => {
    if (!isStaged) hash.update(bytes);
    sizeBytes += bytes.length;
    await store.stageBlock(blob, blockId, bytes);
    return blockId;
  };
  const blockIds: string[] = [];
  const head = headOf(plan, file);
  if (head.length > 0) blockIds.push(await stage(blockIdOf('head'), head));
  // the next block is read while one is written
  let next = isStaged || !groups[0] ? undefined : groupBytes(store, paths, plan, groups[0]);
  for (const [at, group] of groups.entries()) {
    if (!next) {
      blockIds.push(group.blockId);
      continue;
    }
    const bytes = await next;
    const following = groups[at + 1];
    next = following && groupBytes(store, paths, plan, following);
    next?.catch(() => undefined);
    blockIds.push(await stage(group.blockId, bytes));
    releaseBytes(bytes);
  }
  if (file.kind === 'result' && plan.output.format === 'parquet') {
    blockIds.push(await stage(blockIdOf('tail'), await parquetTail(store, paths, plan, file.target, groups)));
  }
  const contentType = file.kind === 'errors' ? mediaTypes.jsonLines : mediaTypes[plan.output.format];
  await store.commitBlocks(blob, blockIds, { contentType });
  if (isStaged) {
    sizeBytes = 0;
    for await (const bytes of store.stream(blob)) {
      hash.update(bytes);
      sizeBytes += bytes.length;
      releaseBytes(bytes);
    }
  }
  return { name: file.fileName, kind: file.kind, sizeBytes, sha256: hash.digest('hex') };
}

function headOf(plan: BatchPlan, { kind, target }: ResultFile): Uint8Array {
  if (kind === 'errors' || plan.output.format === 'jsonLines') return new Uint8Array();
  if (plan.output.format === 'parquet') return new TextEncoder().encode('PAR1');
  return csvHeader((plan.targets[target] as PlanTarget).columns, plan.output);
}
