import type { Dialect } from '../job.js';
import type { TextLayout } from '../plan/plan.js';

/** How an input that cannot be split directly becomes record-aligned pieces. */
export interface UnpackPlan {
  readonly gzip: boolean;
  readonly format: 'csv' | 'tsv' | 'jsonLines' | 'jsonArray';
  /** The text as it stands in the input, inflated. */
  readonly text: TextLayout;
  /**
   * For csv and tsv that the scanner does not take: delimiter, quote, escape and comment as the caller gave them; what
   * is absent is as `text` says. The records are written anew.
   */
  readonly dialect?: Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'comment'>;
  /** Inflated bytes in front of the first record: byte order mark and header. They are in no piece. */
  readonly skipBytes: number;
  /** A piece ends with the first record that makes it at least so long; the last one may be shorter. */
  readonly pieceBytes: number;
  readonly limits?: Partial<UnpackLimits>;
}

export interface UnpackLimits {
  /** Most bytes of the inflated text. */
  readonly maxBytes: number;
  /** Inflated bytes per compressed one, once 16 MiB were inflated. */
  readonly maxRatio: number;
  readonly recordBytes: number;
  readonly quotedBytes: number;
}

/** Whole records, one after the other. */
export interface UnpackedPiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How the pieces of an input are to be read: always UTF-8, arrays as JSON Lines, odd dialects as RFC 4180 with commas. */
export function pieceLayout({ format, text, dialect }: Pick<UnpackPlan, 'format' | 'text' | 'dialect'>): {
  readonly format: 'csv' | 'jsonLines';
  readonly text: TextLayout;
} {
  if (format === 'jsonArray')
    return { format: 'jsonLines', text: { ...text, encoding: 'utf-8', newline: 'lf' } };
  if (format === 'jsonLines') return { format, text: { ...text, encoding: 'utf-8' } };
  if (!dialect) return { format: 'csv', text: { ...text, encoding: 'utf-8' } };
  return { format: 'csv', text: { encoding: 'utf-8', delimiter: 0x2c, quote: 0x22, newline: 'lf' } };
}
