import type { Signature } from '../models/signature.js';
import type { NamedTensors } from '../protocols/codec.js';

/** A call and its result: what artifacts are made of. */
export interface ArtifactSource {
  readonly signature: Signature;
  /** Rows that were sent. */
  readonly rowCount: number;
  /** The inputs as the model took them. */
  readonly feeds: NamedTensors;
  readonly outputs: NamedTensors;
}

/** What a writer made of a call. */
export interface Made {
  /** Undefined where the call does not allow the file; then the note says why. */
  readonly bytes?: Uint8Array;
  /** What the caller should know, such as rows that were left out. */
  readonly note?: string;
}
