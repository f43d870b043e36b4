import type { StartState, TextSegment } from '../../lane/chunkTask.js';
import { csvBytes } from './csvBytes.js';
import { csvLimits } from './csvLimits.js';
import { cr, lf } from './recordScanner.js';

/** Outside quotes; inside; or outside behind a closing quote, which another quote right behind it takes back. */
const outside = 0;
const inside = 1;
const closed = 2;

/**
 * The state at the end of a segment for either start state. Holds only where a reader of the segment does not need
 * more: else it is that at the end of the window. Bounds of records are not looked at.
 */
export function csvEnds(segment: TextSegment): { readonly o: StartState; readonly q: StartState } {
  const { quote, delimiter } = segment.text;
  if (quote === -1) return { o: 'o', q: 'q' };
  const { bytes, start, end } = csvBytes(segment, csvLimits.recordBytes);
  const first = Buffer.from(bytes.buffer, bytes.byteOffset, end).indexOf(quote, start);
  if (first === -1) return { o: 'o', q: 'q' };
  let o = outside;
  let q = inside;
  let last = -2;
  for (let at = first; at < end; at++) {
    if (bytes[at] !== quote) continue;
    const before = bytes[at - 1];
    const opens = at === start || before === delimiter || before === lf || before === cr;
    const isNext = at === last + 1;
    o = behindQuote(o, opens, isNext);
    q = behindQuote(q, opens, isNext);
    last = at;
  }
  return { o: o === inside ? 'q' : 'o', q: q === inside ? 'q' : 'o' };
}

/** `opens`: the quote stands where a cell begins, if it is outside quotes; `isNext`: the byte before it is a quote. */
function behindQuote(state: number, opens: boolean, isNext: boolean): number {
  if (state === inside) return closed;
  if (state === closed && isNext) return inside;
  return opens ? inside : outside;
}
