import { setCell, type CellWriter, type ElementPlace } from './cellWriter.js';
import { parseDecimal } from './parseDecimal.js';
import { setOddText } from './setOddText.js';
import { trimmedText } from './trimmedText.js';

/** Cells of an INT64 or UINT64 tensor: plain digits are exact, however many. */
export class LongIntegerCells implements CellWriter {
  readonly #place: ElementPlace;

  constructor(place: ElementPlace) {
    this.#place = place;
  }

  setText(row: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    const number = parseDecimal(bytes, start, end);
    if (Number.isNaN(number)) return setOddText(this.#place, row, bytes, start, end);
    if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return setCell(this.#place, row, number);
    return setCell(this.#place, row, plainDigits(bytes, start, end) ?? number);
  }

  setValue(row: number, value: unknown): string | undefined {
    return setCell(this.#place, row, value);
  }
}

/** The exact value of up to 20 digits; undefined for more, which no datatype holds, and for other numbers. */
function plainDigits(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const digits = /^([+-]?)0*(\d{1,20})$/.exec(trimmedText(bytes, start, end) ?? '');
  if (!digits) return undefined;
  const size = BigInt(digits[2] as string);
  return digits[1] === '-' ? -size : size;
}
