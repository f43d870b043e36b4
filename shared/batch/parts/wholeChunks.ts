import type { StartState } from '../lane/chunkTask.js';
import type { BatchPlan } from '../plan/plan.js';
import type { PartFacts } from './partFacts.js';

/** The chunks that have a part of this start state for every target, with their parts. */
export function wholeChunks(
  { targets }: BatchPlan,
  parts: Iterable<PartFacts>,
  start: StartState,
): ReadonlyMap<number, readonly PartFacts[]> {
  const byChunk = new Map<number, PartFacts[]>();
  for (const part of parts) {
    if (part.start === start) byChunk.set(part.chunk, [...(byChunk.get(part.chunk) ?? []), part]);
  }
  for (const [chunk, own] of byChunk) if (own.length !== targets.length) byChunk.delete(chunk);
  return byChunk;
}
