import type { RowCode } from '../../errors/codes.js';
import type { ColumnSpec } from '../../models/signature.js';

/** A record that gives no result. `record` counts the records of the reader from 0. */
export interface RecordFault {
  readonly record: number;
  readonly code: RowCode;
  /** Name of the column at fault. */
  readonly column?: string;
  /** Names the rule and what came, without the value. */
  readonly message: string;
  /** The original text, cut at 200 characters. */
  readonly text?: string;
}

/** Why reading ended before the end of the segment. The records before it stand; the job fails if the chunk is settled. */
export interface ReadStop {
  readonly code: 'JOB_QUOTE_UNCLOSED' | 'JOB_RECORD_TOO_LONG' | 'JOB_INPUT_FORMAT' | 'JOB_INPUT_ENCODING';
  readonly message: string;
  /** Byte of the input (or piece) at which it is, absolute. */
  readonly offset: number;
}

/**
 * Takes the rows of one model as readers deliver them: one `set...` per column of the model, then `commit`. A row that
 * is not committed is overwritten by the next one. Columns are numbered as in `Signature.columns`. Each `set...` gives
 * undefined when the value fits, else the rule that it breaks and what came, without the value.
 */
export interface RowSink {
  /** Rows that were committed since the last `reset`. */
  readonly count: number;
  /** The text of a CSV cell in UTF-8, [start, end) of `bytes`, quotes taken off and doubled ones undone. */
  setText(column: number, bytes: Uint8Array, start: number, end: number): string | undefined;
  /** A JSON or Parquet value. `null` and `undefined` are missing values. */
  setValue(column: number, value: unknown): string | undefined;
  commit(): void;
  reset(): void;
}

/** Where the rows for one model go. */
export interface RowTarget {
  readonly columns: readonly ColumnSpec[];
  readonly sink: RowSink;
  /** JSON numbers beyond 2^53 have to come as bigint: `takesLongIntegers` of the model. */
  readonly exactIntegers?: boolean;
}

/** What a reader delivers of each record. */
export interface ReadWant {
  /** One model for all rows, or the models by the text by which rows name them in `modelColumn`. */
  readonly target:
    RowTarget | { readonly modelColumn: string; readonly byModel: ReadonlyMap<string, RowTarget> };
  /** Columns whose cells are delivered as they are. */
  readonly join: readonly string[];
}

/** What one call of `RecordReader.read` has delivered. */
export interface ReadBlock {
  /** Records consumed, those with faults included. */
  readonly records: number;
  /** Number (within the reader) of the record behind each committed row, in order over all sinks. */
  readonly recordOf: readonly number[];
  readonly faults: readonly RecordFault[];
  /** Joined cells per committed row: texts for CSV, JSON values else. Empty when nothing is joined. */
  readonly joined: readonly (readonly unknown[])[];
  /** Model that each committed row names; empty without `modelColumn`. */
  readonly models: readonly string[];
}

/** Reads the records that a segment owns, in order. Runs on worker threads. */
export interface RecordReader {
  /**
   * Reads until `maxRows` rows are committed, four times as many records were consumed, or the segment ends.
   * Undefined at the end.
   */
  read(maxRows: number): ReadBlock | undefined;
  /** Set when reading ended early. */
  readonly stop: ReadStop | undefined;
  /** The bytes ended within a record that the segment owns: it must be read again with a longer window. */
  readonly needsMore: boolean;
}
