/** How the values of a column are stored. */
export type Physical =
  'BOOLEAN' | 'INT32' | 'INT64' | 'INT96' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY';

/** By their numbers in parquet.thrift. */
export const physicals = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const satisfies Physical[];

/** What stored values mean, where that is more than a number, a truth value or a text. */
export type Meaning =
  | { readonly is: 'unsigned' | 'date' | 'uuid' | 'float16' }
  | { readonly is: 'decimal'; readonly scale: number }
  /** `digits`: of the fraction of a second. */
  | { readonly is: 'time' | 'timestamp'; readonly digits: 3 | 6 | 9; readonly utc: boolean };

/** A flat column of the file. */
export interface ParquetColumn {
  readonly name: string;
  readonly physical: Physical;
  /** Bytes of each value of a FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength?: number;
  readonly optional: boolean;
  readonly meaning?: Meaning;
}

/** By their numbers in parquet.thrift. */
export const codecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const;

export type Codec = (typeof codecs)[number];

/** Where the pages of a column chunk lie. */
export interface ChunkPages {
  readonly codec: Codec;
  /**
   * Offset and length of the bytes before the data pages, with the dictionary page, and the row from which on no page
   * needs it; empty when they are in `pages`.
   */
  readonly head: readonly number[];
  /** Offset, length and first row of each stretch of whole pages, flat, in order. */
  readonly pages: readonly number[];
}

/** `footer` of a ParquetLayout: what reading slices takes, as plain values. */
export interface ParquetFooter {
  /** Names of all top-level columns in the order of the file. */
  readonly header: readonly string[];
  /** Columns that the plan was made for, by their index in the header. */
  readonly columns: readonly { readonly at: number; readonly column: ParquetColumn }[];
  /** Per row group the number of rows and a chunk per element of `columns`; null where it was left out. */
  readonly rowGroups: readonly ({ readonly rows: number; readonly chunks: readonly ChunkPages[] } | null)[];
}
