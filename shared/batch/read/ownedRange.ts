import type { TextSegment } from '../lane/chunkTask.js';

/** The real bounds of a text segment, as indexes into its `bytes`. */
export interface OwnedRange {
  /** First byte that can begin a record of the segment; that of the window's end when no line begins in it. */
  readonly start: number;
  /** Records that begin here or later belong to the next segment. */
  readonly end: number;
  /**
   * `more`: the window ends before the end of the line at `to`, so that `end` is not known yet. `endless`: that line
   * is longer than `lineBytes`.
   */
  readonly ending: 'line' | 'more' | 'endless';
}

/**
 * Moves the nominal bounds [from, to) of a segment to line ends, which every segment finds alone: a bound is the byte
 * behind the first line end that ends there or later. The first bound is `dataStart`, the last one the end of the input.
 */
export function ownedRange(segment: TextSegment, lineBytes: number): OwnedRange {
  const { bytes, windowStart, from, to, dataStart, endsInput, text } = segment;
  const characterBytes = text.encoding === 'utf-8' ? 1 : 2;
  // the line end itself does not count
  const limit = to - windowStart + characterBytes * (lineBytes + 2);
  const searched = Math.min(bytes.length, limit);
  const start = from <= dataStart ? dataStart - windowStart : lineStart(segment, from, searched);
  // where no line begins behind `from`, none begins behind `to`
  if (start === -1) return { start: bytes.length, end: bytes.length, ending: 'line' };
  const end = to <= dataStart ? dataStart - windowStart : lineStart(segment, to, searched);
  if (end !== -1) return { start, end, ending: 'line' };
  if (bytes.length >= limit) return { start, end: limit, ending: 'endless' };
  return { start, end: bytes.length, ending: endsInput ? 'line' : 'more' };
}

/** Index of the first byte at `offset` or behind it that follows a line end and is at most `limit`; else -1. */
function lineStart(
  { bytes, windowStart, dataStart, text: { encoding, newline } }: TextSegment,
  offset: number,
  limit: number,
): number {
  const code = newline === 'lf' ? 0x0a : 0x0d;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, limit);
  if (encoding === 'utf-8') return buffer.indexOf(code, Math.max(0, offset - 1 - windowStart)) + 1 || -1;
  // characters are aligned with the first one, wherever the nominal bound lies
  const odd = (dataStart - windowStart) & 1;
  const [low, high] = encoding === 'utf-16le' ? [0, 1] : [1, 0];
  let at = Math.max(0, offset - 2 - windowStart);
  for (;;) {
    at = buffer.indexOf(code, at);
    if (at === -1) return -1;
    const unit = at - low;
    if (((unit ^ odd) & 1) === 0 && unit + 2 >= offset - windowStart && buffer[unit + high] === 0) {
      return unit + 2 <= limit ? unit + 2 : -1;
    }
    at++;
  }
}
