import type { Signature } from './signature.js';

/** What a worker needs to open a session; crosses threads and processes as a plain value. */
export interface SessionPlan {
  /** SHA-256 over what decides what the session computes and how it is fed; sessions are kept by it. */
  readonly key: string;
  /** Folder of the model version. */
  readonly dir: string;
  /** Size and time stamps of the model's files when they were hashed; a session opened from other files is refused. */
  readonly stamp: string;
  readonly signature: Signature;
  /** Set where a scoring module stands around the graph: `signature` is then what callers send and get. */
  readonly scoring?: ScoringPlan;
  readonly cutsZipMaps: boolean;
  readonly externalData: readonly string[];
  readonly intraOpThreads: number;
}

/** The scoring module of a model (docs/scoring-module.md). */
export interface ScoringPlan {
  /** What the graph takes and gives. */
  readonly graph: Signature;
  /** The version that it belongs to. */
  readonly model: { readonly name: string; readonly version: string; readonly sha256: string };
  /** The functions that it must have, since model.json states other columns or outputs than the graph's. */
  readonly needs: readonly ('before' | 'after')[];
}

/** One servable model version. */
export interface ModelPlan extends SessionPlan {
  readonly name: string;
  readonly version: string;
  /**
   * SHA-256 of model.onnx; with external data or a scoring module that of the list of all its files, one line
   * `<sha256>  <name>` each, sorted.
   */
  readonly sha256: string;
  readonly description: string;
  /** What the file tells of itself: its producer, operator sets and `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly operationId: string | undefined;
  /** When the file was written, or the version was published. */
  readonly createdMs: number;
  /** Who published the version over HTTP; undefined for one that was deployed with the app. */
  readonly publishedBy?: string;
}
