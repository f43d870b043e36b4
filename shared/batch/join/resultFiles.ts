import type { OutputFormat } from '../job.js';
import type { SettledChunk, Settlement } from '../parts/settle.js';
import type { BatchPlan, PlanTarget } from '../plan/plan.js';

/** A file that a finished job has: the result rows or the error rows of a target. */
export interface ResultFile {
  readonly kind: 'result' | 'errors';
  readonly target: number;
  readonly fileName: string;
}

/** A block of a result file: neighbouring parts, so that small ones share a block. */
export interface JoinGroup {
  readonly file: ResultFile;
  /** Text of one length; blocks are committed in the order of the groups. */
  readonly blockId: string;
  readonly chunks: readonly SettledChunk[];
}

/** Parts are merged until a block has this size. */
const blockBytes = 4 * 2 ** 20;

const endings: Readonly<Record<OutputFormat, string>> = {
  csv: 'csv',
  jsonLines: 'jsonl',
  parquet: 'parquet',
};

/** The files of a job, results first. */
export function resultFiles(plan: BatchPlan): ResultFile[] {
  const name = (target: PlanTarget) => target.resultName;
  return [
    ...plan.targets.map((target, at) => ({
      kind: 'result' as const,
      target: at,
      fileName: `${name(target)}.${endings[plan.output.format]}`,
    })),
    ...plan.targets.map((target, at) => ({
      kind: 'errors' as const,
      target: at,
      fileName: `${name(target)}.errors.jsonl`,
    })),
  ];
}

/** Block ids of a file have one length. */
export function blockIdOf(kind: 'head' | 'rows' | 'tail', at = 0): string {
  return `${kind}-${String(at).padStart(6, '0')}`;
}

/** How the settled parts are put together: the same for whoever asks, since settled parts never change. */
export function joinGroups(plan: BatchPlan, { chunks }: Settlement): JoinGroup[] {
  return resultFiles(plan).flatMap((file) => {
    const groups: SettledChunk[][] = [];
    let bytes = Infinity;
    for (const chunk of chunks) {
      const part = chunk.parts[file.target];
      if (!part || (file.kind === 'errors' ? part.errorsId === undefined : part.succeeded === 0)) continue;
      // error rows have no listed size; a row has some 200 bytes
      const size = file.kind === 'errors' ? part.failed * 200 : part.sizeBytes;
      if (bytes + size > blockBytes) {
        groups.push([]);
        bytes = 0;
      }
      groups.at(-1)?.push(chunk);
      bytes += size;
    }
    return groups.map((members, at) => ({ file, blockId: blockIdOf('rows', at), chunks: members }));
  });
}
