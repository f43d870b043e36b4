import type { TextSegment } from '../../lane/chunkTask.js';
import { ownedRange, type OwnedRange } from '../ownedRange.js';
import { utf16Length, utf16ToUtf8 } from './utf16.js';

/** The window of a segment in UTF-8, with the bounds of what it owns. */
export interface CsvBytes extends OwnedRange {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `bytes` reach the end of the input. */
  readonly endsInput: boolean;
  /** The byte of the input, absolute, that an index into `bytes` stands for. */
  readonly offsetOf: (index: number) => number;
}

/** The bytes that the scanner reads: the window itself, or a copy where it is UTF-16. */
export function csvBytes(segment: TextSegment, lineBytes: number): CsvBytes {
  const { bytes, windowStart, endsInput, text } = segment;
  const range = ownedRange(segment, lineBytes);
  if (text.encoding === 'utf-8') {
    return { ...range, bytes, endsInput, offsetOf: (index) => windowStart + index };
  }
  const utf8 = utf16ToUtf8(bytes.subarray(range.start), text.encoding);
  return {
    start: 0,
    end: range.end === bytes.length ? utf8.length : utf8Index(utf8, range.end - range.start),
    ending: range.ending,
    bytes: utf8,
    endsInput,
    offsetOf: (index) => windowStart + range.start + utf16Length(utf8, index),
  };
}

/** Index at which the first `bytes16` bytes of UTF-16 end. */
function utf8Index(utf8: Uint8Array, bytes16: number): number {
  let index = 0;
  for (let units = bytes16 >> 1; units > 0; units--) {
    const byte = utf8[index] as number;
    if (byte >= 0xf0) units--;
    index += byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  }
  return index;
}
