import { createHash } from 'node:crypto';
import type { Settlement } from '../parts/settle.js';
import type { BatchPlan } from '../plan/plan.js';

/**
 * What identifies the content of an input. `content`: the SHA-256 of its bytes. `chunks`: chunks are read side by side,
 * so a large input has the SHA-256 over the digests of its chunks in hex, in order, one per line; the manifest lists
 * the chunks with their ranges and digests.
 */
export interface InputDigest {
  readonly algorithm: 'sha256';
  readonly over: 'content' | 'chunks';
  readonly value: string;
}

/** The digest of every input, by the plan and the settled parts. */
export function inputDigests(plan: BatchPlan, { chunks }: Settlement): InputDigest[] {
  const hashes = plan.inputs.map(() => createHash('sha256'));
  for (const { chunk, parts } of chunks) {
    const [segment] = plan.chunks[chunk]?.segments ?? [];
    if (segment) hashes[segment.input]?.update(`${parts[0]?.sha256 ?? ''}\n`);
  }
  return plan.inputs.map(({ sha256 }, at) => {
    if (sha256 !== undefined) return { algorithm: 'sha256', over: 'content', value: sha256 };
    return { algorithm: 'sha256', over: 'chunks', value: hashes[at]?.digest('hex') ?? '' };
  });
}
