/** What the plan keeps of a Parquet file: plain values, small enough for plan.json. */
export interface ParquetLayout {
  readonly rowGroups: readonly ParquetRowGroup[];
  /** The footer's schema and column metadata that a slice needs, as the reader of slices takes it. */
  readonly footer: unknown;
}

interface ParquetRowGroup {
  readonly rows: number;
}
