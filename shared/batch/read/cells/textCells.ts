import { setCell, type CellWriter, type ElementPlace } from './cellWriter.js';

// a byte order mark within a file is a character of its cell
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Cells of a BYTES tensor: the text as it stands, blanks included. */
export class TextCells implements CellWriter {
  readonly #place: ElementPlace;

  constructor(place: ElementPlace) {
    this.#place = place;
  }

  setText(row: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    const text = textOf(bytes, start, end);
    if (text === undefined) return 'expected a text in UTF-8, got bytes that are none';
    return setCell(this.#place, row, text);
  }

  setValue(row: number, value: unknown): string | undefined {
    return setCell(this.#place, row, value);
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (isAscii(bytes, start, end)) {
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  }
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let seen = 0;
  for (let at = start; at < end; at++) seen |= bytes[at] as number;
  return seen < 0x80;
}
