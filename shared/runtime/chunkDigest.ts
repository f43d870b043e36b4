import { createHash } from 'node:crypto';
import type { SegmentTask } from '../batch/lane/chunkTask.js';
import type { Pacer } from './pacer.js';
import { Step } from './pacer.js';

const sliceBytes = 1 << 20;

/** Hex SHA-256 of what the segments own, one after the other: their bytes [from, to), or the ranges of Parquet. */
export async function chunkDigest(segments: readonly SegmentTask[], pacer: Pacer): Promise<string> {
  const hash = createHash('sha256');
  const step = new Step();
  for (const bytes of segments.flatMap(ownBytes)) {
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      await pacer.all(step, 1);
      const startMs = performance.now();
      hash.update(bytes.subarray(at, at + sliceBytes));
      pacer.did(step, 1, startMs);
    }
  }
  return hash.digest('hex');
}

function ownBytes(segment: SegmentTask): Uint8Array[] {
  if (segment.kind === 'parquet') return segment.ranges.map(({ bytes }) => bytes);
  const { bytes, from, to, windowStart } = segment;
  return [bytes.subarray(Math.max(0, from - windowStart), Math.max(0, to - windowStart))];
}
