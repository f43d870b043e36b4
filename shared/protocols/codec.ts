import type { ScoringError } from '../errors/scoringError.js';
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

/** What a session computes. */
export interface SessionRun {
  /** Owned by whoever asks for the run. */
  readonly feeds: NamedTensors;
  /** Graph outputs to compute. */
  readonly fetches: readonly string[];
}

/** A decoded request: what the session runs, and how the answer is written. */
interface Decoded<Answer> extends SessionRun {
  /** Rows scored, for the statistics. */
  readonly rows: number;
  /** Rows that one run takes, where the rows are to be cut into runs of so many and the last one to be filled up. */
  readonly runRows?: number;
  /** A further run on the same session, chosen by the outputs of the first; the answer can do without it. */
  readonly secondRun?: (outputs: NamedTensors) => SessionRun | undefined;
  /** The body of the answer. `second`: what the second run gave, or why it failed. */
  readonly encode: (outputs: NamedTensors, second?: NamedTensors | ScoringError) => Answer;
}

/**
 * One wire form of a scoring call: bytes in, text out, or bytes that own their buffer. Codecs run on the worker that
 * scores, so that bodies of any size never hold up the main thread; they are pure and see neither headers nor routes.
 */
export interface Codec<Answer = string> {
  /** Throws ScoringErrors of the SCORE_ERR_BODY_*, _REQUEST_*, _INPUT_* and _OUTPUT_* families. */
  decode(body: Uint8Array, model: CodecModel): Decoded<Answer>;
}
