import type { Signature } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import type { OutputFormat } from '../job.js';
import type { ResultColumn } from '../plan/plan.js';

/** What a writer of result rows has to know. */
export interface RowWriterOptions {
  readonly format: OutputFormat;
  /** Joined columns first, then those of the outputs: as `resultColumns` gives them. */
  readonly columns: readonly ResultColumn[];
  /** One, or several where rows name their model. */
  readonly models: readonly Signature[];
  /** How many of the columns are joined ones. */
  readonly joinCount: number;
  /** CSV cells that a spreadsheet would run get a quote in front. */
  readonly spreadsheetSafe: boolean;
}

/** The outputs of one run of a model; they must not change until the last row is appended. */
export interface BlockWriter {
  /** Appends the result row of row `index` of the block. `joined`: its cells in the order of the joined columns. */
  row(index: number, joined: readonly unknown[]): void;
}

/**
 * Writes the result rows of one chunk in the output format, in the order in which they are appended. Runs on worker
 * threads. Throws JOB_RESULT_TOO_LARGE when the part grows over 256 MiB.
 */
export interface RowWriter {
  /**
   * Takes the outputs of a run with `rows` rows of model `model`, which is an index into `models`. Several blocks may be
   * in use at once. Throws SCORE_ERR_RUN_FAILED when an output does not have the values per row that the columns stand for.
   */
  block(model: number, outputs: NamedTensors, rows: number): BlockWriter;
  /** The part, without header; it owns all of its buffer. The writer is used up. */
  finish(): Promise<Uint8Array<ArrayBuffer>>;
}
