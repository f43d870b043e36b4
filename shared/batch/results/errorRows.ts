import { setImmediate } from 'node:timers/promises';
import { ByteSink } from '../write/byteSink.js';

/** Where the records of a segment stand. */
export interface SegmentBase {
  /** Row of the job that its first record is, from 0. */
  readonly row: number;
  /** Name of the input. */
  readonly input: string;
  /** Row of the input that its first record is. */
  readonly inputRow: number;
}

/**
 * Error rows of a part as callers see them: `row`, `input` and `inputRow` in place of `segment` and
 * `record`, by the base of each segment. Runs on the main thread and leaves the event loop free in between.
 */
export async function finalErrorRows(
  errors: Uint8Array,
  bases: readonly SegmentBase[],
): Promise<Uint8Array<ArrayBuffer>> {
  const part = Buffer.from(errors.buffer, errors.byteOffset, errors.length);
  const inputs = bases.map(({ input }) => Buffer.from(`,"input":${JSON.stringify(input)},"inputRow":`));
  const sink = new ByteSink({ capacity: 4096, maxBytes: Infinity });
  let pause = sliceBytes;
  for (let start = 0; start < part.length;) {
    const place = placeOf(part, start);
    const end = part.indexOf(lineFeed, place.end) + 1 || part.length;
    const { row, inputRow } = bases[place.segment] as SegmentBase;
    sink.text(`{"row":${row + place.record}`);
    sink.copy(inputs[place.segment] as Uint8Array);
    sink.text(String(inputRow + place.record));
    sink.slice(part, place.end, end);
    start = end;
    if (start > pause) {
      pause = start + sliceBytes;
      await setImmediate();
    }
  }
  return sink.take();
}

/** Reads `{"segment":s,"record":r`, with which every error row of a part begins; `end` is behind it. */
function placeOf(part: Uint8Array, start: number): { segment: number; record: number; end: number } {
  const segment = digitsAt(part, start + beforeSegment);
  const record = digitsAt(part, segment.end + beforeRecord);
  return { segment: segment.value, record: record.value, end: record.end };
}

function digitsAt(part: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let end = start;
  for (; ; end++) {
    const digit = (part[end] as number) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return { value, end };
    value = value * 10 + digit;
  }
}

const beforeSegment = '{"segment":'.length;
const beforeRecord = ',"record":'.length;
const lineFeed = 0x0a;
/** Bytes done at a time, about 2 ms. */
const sliceBytes = 2 ** 18;
