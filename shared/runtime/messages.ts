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
  | { readonly type: 'close' };

export type FromWorker =
  readonly ScoreDone[] | { readonly type: 'loaded'; readonly session: number; readonly error?: ErrorMessage };

/** Bodies from this size on are handed over instead of copied. */
const transferFromBytes = 64 * 1024;

/** The buffers of a message that are handed over. */
export function handedOver(bodies: readonly unknown[]): ArrayBuffer[] {
  return bodies.flatMap((body) =>
    body instanceof Uint8Array && body.byteLength >= transferFromBytes ? [body.buffer as ArrayBuffer] : [],
  );
}
