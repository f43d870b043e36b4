import type { ReadStop } from '../recordReader.js';

/** The records of one segment in order, as bytes that ought to be UTF-8. */
export interface RecordSource {
  /** The next record; a view that stays valid. Undefined at the end. */
  next(): Uint8Array | undefined;
  /** Set when the records ended early. */
  readonly stop: ReadStop | undefined;
  /** The window ended within the last record of the segment. */
  readonly needsMore: boolean;
}
