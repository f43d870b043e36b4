import { JsonElements } from '../read/json/jsonElements.js';
import { BrokenText } from './brokenText.js';
import { LineBreaks } from './lineBreaks.js';

/**
 * A JSON array as JSON Lines: each element on a line of its own. Throws BrokenText where the array ends to be one, and
 * for an element over `recordBytes`, behind all the elements before. `firstOffset`: of the first byte, for messages.
 */
export async function* arrayToLines(
  source: AsyncIterable<Uint8Array>,
  recordBytes: number,
  firstOffset: number,
): AsyncGenerator<Uint8Array> {
  const elements = new JsonElements();
  const breaks = new LineBreaks();
  const open = new OpenElement();
  let position = 0;
  const tooLong = (offset: number) => {
    const message = `a record is over the limit of ${recordBytes} bytes`;
    return new BrokenText('JOB_RECORD_TOO_LONG', message, firstOffset + offset);
  };
  for await (const slice of source) {
    const found = elements.feed(slice);
    const flat = breaks.remove(slice);
    const fitting = fittingElements(found, recordBytes);
    if (fitting.length > 0) yield lines(fitting, flat, position, open);
    if (fitting.length < found.length) throw tooLong(found[fitting.length] as number);
    refuse(elements, firstOffset);
    position += slice.length;
    const begun = elements.open;
    if (!begun) continue;
    if (begun.end - begun.start > recordBytes) throw tooLong(begun.start);
    open.keep(flat, position - slice.length, begun);
  }
  elements.finish();
  refuse(elements, firstOffset);
}

/** The bytes, so far, of an element that has not ended yet. */
class OpenElement {
  #parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];

  /** Keeps what a slice, which begins at `position`, has of the element. */
  keep(
    slice: Uint8Array,
    position: number,
    { start, end }: { readonly start: number; readonly end: number },
  ): void {
    const from = Math.max(start, position);
    if (end > from)
      this.#parts.push({ offset: from, bytes: slice.subarray(from - position, end - position) });
  }

  /** Gives the bytes to where the element, which began at `start`, is put together; blanks were not kept. */
  moveTo(out: Uint8Array, start: number): void {
    for (const { offset, bytes } of this.#parts) out.set(bytes, offset - start);
    this.#parts = [];
  }
}

/** The elements with the given bounds, of which the first may have begun before the slice. */
function lines(
  bounds: readonly number[],
  slice: Uint8Array,
  position: number,
  open: OpenElement,
): Uint8Array {
  let length = 0;
  for (let i = 0; i < bounds.length; i += 2) length += (bounds[i + 1] as number) - (bounds[i] as number) + 1;
  const out = new Uint8Array(length).fill(0x20);
  let to = 0;
  for (let i = 0; i < bounds.length; i += 2) {
    const start = bounds[i] as number;
    const end = bounds[i + 1] as number;
    const from = Math.max(start, position);
    if (start < position) open.moveTo(out.subarray(to), start);
    if (end > from) out.set(slice.subarray(from - position, end - position), to + from - start);
    to += end - start;
    out[to++] = 0x0a;
  }
  return out;
}

/** The bounds in front of the first element that is over the limit. */
function fittingElements(found: readonly number[], recordBytes: number): readonly number[] {
  for (let i = 0; i < found.length; i += 2) {
    if ((found[i + 1] as number) - (found[i] as number) > recordBytes) return found.slice(0, i);
  }
  return found;
}

function refuse({ problem }: JsonElements, firstOffset: number): void {
  if (problem) throw new BrokenText('JOB_INPUT_FORMAT', problem.message, firstOffset + problem.offset);
}
