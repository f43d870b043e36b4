import type { BlobAddress } from '../../storage/blobStore.js';
import type { InputFormat, JobFault, OutputFormat, PinnedModel } from '../job.js';
import type { ParquetLayout } from '../read/parquetLayout.js';

/** How the records of a text input are told apart; everything is decided. */
export interface TextLayout {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Code of the delimiter, one ASCII character; for csv and tsv. */
  readonly delimiter: number;
  /** Code of the quote, one ASCII character; -1: there is none. */
  readonly quote: number;
  /** What ends a record: LF (with or without CR before it), or CR where the file has no LF. */
  readonly newline: 'lf' | 'cr';
}

/** One input of a job; inputs are read in the order of the plan. */
export interface PlanInput {
  /** Name as the caller knows it. */
  readonly name: string;
  readonly blob: BlobAddress;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Of the whole content, for inputs that were read as a whole at planning: those that share chunks, and bodies. */
  readonly sha256?: string;
  readonly format: InputFormat;
  readonly gzip: boolean;
  /** Text formats. */
  readonly text?: TextLayout;
  readonly parquet?: ParquetLayout;
  /** Index into `headers`: the columns in the order of the file; undefined where records are JSON objects. */
  readonly header?: number;
  /** First byte of the first record, behind byte order mark and header. */
  readonly dataStart: number;
  /**
   * Record-aligned pieces that are read instead of the input: where it was compressed, is a JSON array over one chunk,
   * or has a dialect that the scanner does not take.
   */
  readonly pieces?: readonly PlanPiece[];
}

export interface PlanPiece {
  readonly blob: BlobAddress;
  readonly etag: string;
  readonly sizeBytes: number;
}

/** A share of one input: bytes of it or of one of its pieces, or a slice of a row group. */
export interface PlanSegment {
  readonly input: number;
  readonly piece?: number;
  /** Bytes of the records' text: the segment owns the records that begin in [from, to). Parquet: rows of the row group. */
  readonly from: number;
  readonly to: number;
  readonly rowGroup?: number;
}

/** What is scored at once: part of one input, or several small ones. */
export interface PlanChunk {
  readonly segments: readonly PlanSegment[];
  /** Its first byte may lie inside quotes; which, is known when the chunks before it are composed. */
  readonly speculative: boolean;
}

/** One column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** How its cells are written; `json` for texts of arrays and for joined JSON values. */
  readonly kind: 'number' | 'float' | 'integer' | 'boolean' | 'text' | 'json';
}

/** One result of the job: that of one of `services`, or of all of them where rows name their model. */
export interface PlanTarget {
  readonly models: readonly PinnedModel[];
  /** Name of the result file without its ending. */
  readonly resultName: string;
  /** Joined columns first, then those of the outputs. */
  readonly columns: readonly ResultColumn[];
}

/** `plan.json`: written once and the same for whoever reads it. */
export interface BatchPlan {
  readonly inputs: readonly PlanInput[];
  readonly headers: readonly (readonly string[])[];
  readonly chunks: readonly PlanChunk[];
  readonly targets: readonly PlanTarget[];
  readonly output: {
    readonly format: OutputFormat;
    /** Columns of the input that come first in the result. */
    readonly join: readonly string[];
    readonly spreadsheetSafe: boolean;
  };
  readonly modelColumn?: string;
  /** Columns that are read of Parquet inputs: those of the models, joined ones and `modelColumn`. */
  readonly parquetColumns: readonly string[];
  /** Rows per run of the model. */
  readonly runRows: number;
  readonly lanes: number;
  /** The last chunk is followed by something that cannot be read: the job fails for it when all else is done. */
  readonly endsWith?: JobFault;
  /** The job whose parts are taken over where they are good; it had the same plan. */
  readonly takesOver?: { readonly jobId: string; readonly createdMs: number };
}
