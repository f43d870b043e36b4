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
  readonly cutsZipMaps: boolean;
  readonly externalData: readonly string[];
  readonly intraOpThreads: number;
}

/** One servable model version. */
export interface ModelPlan extends SessionPlan {
  readonly name: string;
  readonly version: string;
  /**
   * SHA-256 of model.onnx; with external data that of the list of all its files, one line `<sha256>  <name>` each,
   * sorted by name.
   */
  readonly sha256: string;
  readonly description: string;
  /** What the file tells of itself: its producer, operator sets and `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly operationId: string | undefined;
}
