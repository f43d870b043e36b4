/** Bounds of one record; what is beyond them ends the job, so that a lost quote never swallows the rest of a file. */
export interface CsvLimits {
  /** Bytes between an opening quote and its closing one. */
  readonly quotedBytes: number;
  readonly recordBytes: number;
  readonly cells: number;
}

/** The bounds of the grammar page. UTF-16 is counted in UTF-8. */
export const csvLimits: CsvLimits = { quotedBytes: 2 ** 20, recordBytes: 16 * 2 ** 20, cells: 100_000 };
