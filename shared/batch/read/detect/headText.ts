import { JobFailure } from '../../jobFailure.js';
import { utf16Length, utf16ToUtf8 } from '../csv/utf16.js';
import type { TextLayout } from '../../plan/plan.js';

/** The head of a text in UTF-8, without byte order mark. */
export interface HeadText {
  readonly encoding: TextLayout['encoding'];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isWhole: boolean;
  /** The byte of the input, in its own encoding, that an index into `bytes` stands for. */
  readonly offsetOf: (index: number) => number;
}

type Encoding = TextLayout['encoding'];

/**
 * Tells the encoding of a text by its byte order mark, or takes the one that was said. Throws a JobFailure
 * JOB_INPUT_ENCODING where the two contradict, and for UTF-32.
 */
export function headText(
  input: string,
  head: Uint8Array<ArrayBuffer>,
  isWhole: boolean,
  said: Encoding | undefined,
): HeadText {
  const mark = byteOrderMark(head);
  if (mark.encoding === 'utf-32') throw encodingFault(input, 'UTF-8 or UTF-16', 'UTF-32');
  if (said !== undefined && mark.encoding !== undefined && mark.encoding !== said) {
    throw encodingFault(input, said.toUpperCase(), `a byte order mark of ${mark.encoding.toUpperCase()}`);
  }
  const encoding = said ?? mark.encoding ?? 'utf-8';
  const text = head.subarray(mark.length);
  if (encoding === 'utf-8') {
    return { encoding, bytes: text, isWhole, offsetOf: (index) => mark.length + index };
  }
  // half a character at the end of a head that goes on is no character
  const units = isWhole ? text : text.subarray(0, text.length & ~1);
  const bytes = utf16ToUtf8(units, encoding);
  return { encoding, bytes, isWhole, offsetOf: (index) => mark.length + utf16Length(bytes, index) };
}

function byteOrderMark(head: Uint8Array): { encoding: Encoding | 'utf-32' | undefined; length: number } {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (a === 0xff && b === 0xfe) {
    return c === 0 && d === 0 ? { encoding: 'utf-32', length: 4 } : { encoding: 'utf-16le', length: 2 };
  }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'utf-32', length: 4 };
  return { encoding: undefined, length: 0 };
}

const encodingFault = (input: string, expected: string, came: string) =>
  new JobFailure('JOB_INPUT_ENCODING', `input '${input}': expected ${expected}, got ${came}`);
