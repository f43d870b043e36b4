import type { StartState } from '../lane/chunkTask.js';
import type { ReadStop } from '../read/recordReader.js';
import type { ListedBlob } from '../../storage/blobStore.js';
import type { PartFacts } from './partFacts.js';

type Written = Omit<PartFacts, 'chunk' | 'target' | 'start' | 'sizeBytes' | 'writtenMs'>;

/** The facts of a part as blob metadata: short keys, ASCII values. */
export function partMetadata(facts: Written): Record<string, string> {
  const { ends, records, succeeded, failed, chunkFailed, stop, sha256, errorsId } = facts;
  return {
    ends: ends.o + ends.q,
    records: records.map((count) => count.toString(36)).join('.'),
    counts: [succeeded, failed, chunkFailed ? 1 : 0].join('.'),
    took: [facts.readMs, facts.runMs, facts.encodeMs].map((ms) => ms.toFixed(1)).join('_'),
    sha256,
    ...(errorsId === undefined ? {} : { errors: errorsId }),
    ...(stop === undefined ? {} : { stop: encodeURIComponent(JSON.stringify(stop)) }),
  };
}

const partName = /\/parts\/(\d+)\/(\d+)-([oq])$/;

/** The facts of a listed part; undefined for a name that is none. */
export function partFacts({ name, metadata, sizeBytes, modifiedMs }: ListedBlob): PartFacts | undefined {
  const [, target, chunk, start] = partName.exec(name) ?? [];
  const { ends, records, counts, took, sha256, stop, errors } = metadata;
  if (target === undefined || !ends || records === undefined || !counts || !took || !sha256) return undefined;
  const [succeeded = 0, failed = 0, chunkFailed = 0] = counts.split('.').map(Number);
  const [readMs = 0, runMs = 0, encodeMs = 0] = took.split('_').map(Number);
  return {
    target: Number(target),
    chunk: Number(chunk),
    start: start as StartState,
    ends: { o: ends[0] as StartState, q: ends[1] as StartState },
    records: records === '' ? [] : records.split('.').map((count) => parseInt(count, 36)),
    succeeded,
    failed,
    chunkFailed: chunkFailed === 1,
    sha256,
    readMs,
    runMs,
    encodeMs,
    sizeBytes,
    writtenMs: modifiedMs,
    ...(errors === undefined ? {} : { errorsId: errors }),
    ...(stop === undefined
      ? {}
      : { stop: JSON.parse(decodeURIComponent(stop)) as ReadStop & { segment: number } }),
  };
}
