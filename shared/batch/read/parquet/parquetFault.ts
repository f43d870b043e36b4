/** What is wrong with the bytes of a Parquet file. Wrapped before it leaves the reader: never seen by callers. */
export class ParquetFault extends Error {
  /** The bytes ended too early; with more of them it may be none. */
  readonly needsMore: boolean;

  constructor(message: string, options: { readonly needsMore?: boolean } = {}) {
    super(message);
    this.name = 'ParquetFault';
    this.needsMore = options.needsMore ?? false;
  }
}
