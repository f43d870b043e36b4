import type { Signature } from '../models/signature.js';
import type { Tensor } from '../tensors/datatypes.js';

/** What a codec knows of the model version it serves. */
export interface CodecModel {
  readonly name: string;
  readonly version: string;
  readonly signature: Signature;
}

/** Tensors by their name in the graph. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A decoded request: what the session runs, and how the answer is written. */
interface Decoded {
  /** Owned by the caller of `decode`. */
  readonly feeds: NamedTensors;
  /** Graph outputs to compute. */
  readonly fetches: readonly string[];
  /** Rows scored, for the statistics. */
  readonly rows: number;
  /** The body of the answer. */
  readonly encode: (outputs: NamedTensors) => string;
}

/**
 * One wire form of a scoring call: bytes in, text out. Codecs run on the worker that scores, so that bodies of any size
 * never hold up the main thread; they are pure and see neither headers nor routes.
 */
export interface Codec {
  /** Throws ScoringErrors of the SCORE_ERR_BODY_*, _REQUEST_*, _INPUT_* and _OUTPUT_* families. */
  decode(body: Uint8Array, model: CodecModel): Decoded;
}
