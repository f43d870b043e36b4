/** The data pages of a column chunk. */
export interface PagePlaces {
  /** End of the bytes before the first data page, where a dictionary lies. */
  readonly headEnd: number;
  /** No page from this row on needs the dictionary. */
  readonly dictionaryEnd: number;
  /** Offset, length and first row of each page, flat, in order. */
  readonly pages: readonly number[];
}

/** Counts pages over all chunks of a file and fails beyond a limit. */
export interface PageBudget {
  left: number;
}
