import type { SessionPlan } from '../../models/modelPlan.js';
import type { OutputFormat } from '../job.js';
import type { ResultColumn, TextLayout } from '../plan/plan.js';
import type { ReadStop } from '../read/recordReader.js';

/** Whether a chunk begins outside (`o`) or inside (`q`) quotes. */
export type StartState = 'o' | 'q';

/** Bytes of a text input for a worker. The segment owns the records that begin in [from, to) of the input. */
export interface TextSegment {
  readonly kind: 'text';
  readonly format: 'csv' | 'jsonLines' | 'jsonArray';
  readonly text: TextLayout;
  /** Columns in the order of the file; undefined where records are JSON objects. */
  readonly header?: readonly string[];
  readonly from: number;
  readonly to: number;
  /** First byte of the input that can begin a record: `from` of the first segment. */
  readonly dataStart: number;
  /** The bytes from `windowStart` on; one character before `from`, where there is one, to at least `to`. */
  readonly windowStart: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `bytes` reach the end of the input. */
  readonly endsInput: boolean;
}

/** The pages of a slice of a row group. */
export interface ParquetSegment {
  readonly kind: 'parquet';
  readonly footer: unknown;
  readonly rowGroup: number;
  /** Rows of the row group. */
  readonly from: number;
  readonly to: number;
  /** Ranges of the file that hold the needed pages, by offset. */
  readonly ranges: readonly { readonly offset: number; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

export type SegmentTask = TextSegment | ParquetSegment;

/** One result of the chunk: the models that score it, by the text by which rows name them. */
export interface TargetTask {
  readonly models: readonly { readonly name: string; readonly version: string; readonly plan: SessionPlan }[];
  readonly columns: readonly ResultColumn[];
}

/** A chunk as a worker reads, scores and encodes it: a plain value. */
export interface ChunkTask {
  readonly segments: readonly SegmentTask[];
  readonly startState: StartState;
  readonly targets: readonly TargetTask[];
  readonly join: readonly string[];
  readonly modelColumn?: string;
  readonly outputFormat: OutputFormat;
  readonly spreadsheetSafe: boolean;
  readonly runRows: number;
  /** Give every record as an error row of this code without running a model: the chunk failed for good. */
  readonly failAll?: { readonly code: 'CHUNK_FAILED'; readonly message: string };
}

/** What became of one target of a chunk. */
export interface TargetDone {
  /** Result rows in the output format, without header. */
  readonly part: Uint8Array<ArrayBuffer>;
  /** Error rows as JSON Lines: `{segment, record, code, column?, message, text?}`; empty when there are none. */
  readonly errors: Uint8Array<ArrayBuffer>;
  readonly succeeded: number;
  readonly failed: number;
}

/** The outcome of a chunk. */
export interface ChunkDone {
  readonly targets: readonly TargetDone[];
  /** Records per segment. */
  readonly records: readonly number[];
  /** State behind the chunk for either start state; the same for all targets. */
  readonly ends: { readonly o: StartState; readonly q: StartState };
  readonly stop?: ReadStop & { readonly segment: number };
  /** Hex SHA-256 of the bytes [from, to) of all segments, one after the other; of the ranges for Parquet. */
  readonly sha256: string;
  readonly readMs: number;
  readonly runMs: number;
  readonly encodeMs: number;
}

/** The segment whose window was too short; nothing else was done. */
export interface ChunkNeedsMore {
  readonly needsMore: number;
}
