import type { ChunkDone, ChunkTask } from '../batch/lane/chunkTask.js';

/** The buffers of a chunk's input, each once: files that share a chunk may share a buffer. */
export function taskBuffers({ segments }: ChunkTask): ArrayBuffer[] {
  return distinct(
    segments.flatMap((segment) =>
      segment.kind === 'text' ? [segment.bytes] : segment.ranges.map(({ bytes }) => bytes),
    ),
  );
}

/** The buffers of a chunk's results. */
export function doneBuffers({ targets }: ChunkDone): ArrayBuffer[] {
  return distinct(targets.flatMap(({ part, errors }) => [part, errors]));
}

const distinct = (arrays: readonly Uint8Array<ArrayBuffer>[]) => [
  ...new Set(arrays.map(({ buffer }) => buffer)),
];
