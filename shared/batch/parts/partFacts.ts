import type { StartState } from '../lane/chunkTask.js';
import type { ReadStop } from '../read/recordReader.js';

/** What the metadata of a part tells, so that a listing is enough to settle and count. */
export interface PartFacts {
  readonly chunk: number;
  readonly target: number;
  /** The start state that it was read with. */
  readonly start: StartState;
  readonly ends: { readonly o: StartState; readonly q: StartState };
  /** Records per segment. */
  readonly records: readonly number[];
  readonly succeeded: number;
  readonly failed: number;
  /** The chunk failed as a whole. */
  readonly chunkFailed: boolean;
  readonly stop?: ReadStop & { readonly segment: number };
  /** SHA-256 of what the chunk read. */
  readonly sha256: string;
  /** Names the error rows that belong to this part; undefined when it has none. */
  readonly errorsId?: string;
  readonly readMs: number;
  readonly runMs: number;
  readonly encodeMs: number;
  readonly sizeBytes: number;
  readonly writtenMs: number;
}
