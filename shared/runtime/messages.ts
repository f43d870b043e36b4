import type { ChunkDone, ChunkNeedsMore, ChunkTask } from '../batch/lane/chunkTask.js';
import type { JobCode } from '../errors/codes.js';
import type { ErrorMessage } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import type { CodecName } from '../protocols/codecs.js';

/**
 * One scoring call on its way to a worker: id, number of the session, model name and version, codec, body. The body is
 * given away. A tuple, since the names of members would cross with every call.
 */
export type ScoreJob = readonly [
  id: number,
  session: number,
  name: string,
  version: string,
  codec: CodecName,
  body: Uint8Array,
];

/** Milliseconds that the stages of a call took on the worker. */
export interface WorkTimings {
  readonly decodeMs: number;
  readonly runMs: number;
  readonly encodeMs: number;
}

/** The outcome of a call: its id, rows, the three timings, and the answer's body or the fault. */
export type ScoreDone = readonly [
  id: number,
  rows: number,
  decodeMs: number,
  runMs: number,
  encodeMs: number,
  outcome: Uint8Array | ErrorMessage,
];

/** Sessions are numbered by the sender, per thread. */
export type ToWorker =
  | readonly ScoreJob[]
  | { readonly type: 'load'; readonly session: number; readonly plan: SessionPlan }
  | { readonly type: 'unload'; readonly session: number }
  | ChunkMessage
  | { readonly type: 'stopChunk'; readonly chunk: number }
  | { readonly type: 'close' };

export type FromWorker = readonly ScoreDone[] | LoadedMessage | ChunkEndMessage | LogMessage;

/** A session is open, or is not. */
export interface LoadedMessage {
  readonly type: 'loaded';
  readonly session: number;
  readonly error?: ErrorMessage;
}

/** A line for the log. */
export interface LogMessage {
  readonly type: 'log';
  readonly text: string;
}

/** A chunk of a batch job for a worker that has none. Chunks are numbered by the sender, per thread. */
export interface ChunkMessage {
  readonly type: 'chunk';
  readonly chunk: number;
  readonly task: ChunkTask;
  /** Numbers of the sessions of the models of each target; none when no model is run. */
  readonly sessions: readonly (readonly number[])[];
}

/** The worker has no chunk any more. */
export interface ChunkEndMessage {
  readonly type: 'chunkEnd';
  readonly chunk: number;
  /** `stopped`: it was given up as asked. */
  readonly outcome: ChunkDone | ChunkNeedsMore | ChunkFault | 'stopped';
}

/** Why a chunk has no outcome: a fault that another try may cure, or one that ends the job. */
type ChunkFault =
  | { readonly error: ErrorMessage }
  | { readonly jobFault: { readonly code: JobCode; readonly message: string } };

/** Bodies from this size on are handed over instead of copied. */
const transferFromBytes = 64 * 1024;

/** The buffers of a message that are handed over. */
export function handedOver(bodies: readonly unknown[]): ArrayBuffer[] {
  return bodies.flatMap((body) =>
    body instanceof Uint8Array && body.byteLength >= transferFromBytes ? [body.buffer as ArrayBuffer] : [],
  );
}
