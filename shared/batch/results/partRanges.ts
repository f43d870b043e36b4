import { setImmediate } from 'node:timers/promises';

const lineFeed = 0x0a;
const quote = 0x22;
/** Bytes looked through at a time, about 2 ms. */
const sliceBytes = 2 ** 20;

/** Bytes of a part that hold some of its rows. */
export interface RowRange {
  readonly start: number;
  /** Exclusive; behind the line feed of the last row. */
  readonly end: number;
}

/**
 * Where rows [from, to) of a CSV or JSON Lines part lie; cut at its end. `isQuoted`: line feeds between quotes end no
 * row. Works in slices that leave the event loop free.
 */
export async function findRows(
  part: Uint8Array,
  isQuoted: boolean,
  from: number,
  to: number,
): Promise<RowRange> {
  if (to <= from) return { start: 0, end: 0 };
  let rows = 0;
  let inQuotes = false;
  let start = from === 0 ? 0 : part.length;
  for (let slice = 0; slice < part.length && rows < to; slice += sliceBytes) {
    const end = Math.min(part.length, slice + sliceBytes);
    for (let at = slice; at < end; at++) {
      const byte = part[at];
      if (byte === quote) inQuotes = isQuoted && !inQuotes;
      else if (byte === lineFeed && !inQuotes) {
        rows++;
        if (rows === from) start = at + 1;
        if (rows === to) return { start, end: at + 1 };
      }
    }
    await setImmediate();
  }
  return { start, end: part.length };
}
