import type { Datatype } from '../../../tensors/datatypes.js';
import { setElement } from '../../../tensors/setElement.js';
import { setCell, type CellWriter, type ElementPlace } from './cellWriter.js';
import { parseDecimal } from './parseDecimal.js';
import { setOddText } from './setOddText.js';

/** Sizes from which on `setElement` decides; smaller numbers fit for certain and are stored as they are. */
const fitsBelow: Partial<Record<Datatype, number>> = { FP32: 2 ** 127, FP64: 2 ** 1023 };

/** Cells of a number tensor, those of 64-bit integers excepted: the hot path of reading CSV. */
export class NumberCells implements CellWriter {
  readonly #place: ElementPlace;
  readonly #data: Float32Array | Float64Array;
  readonly #width: number;
  readonly #at: number;
  readonly #fitsBelow: number;

  constructor(place: ElementPlace) {
    this.#place = place;
    // numbers are stored without `setElement` in these two only
    this.#data = place.data as Float32Array;
    this.#width = place.width;
    this.#at = place.at;
    this.#fitsBelow = fitsBelow[place.input.datatype] ?? 0;
  }

  setText(row: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    const number = parseDecimal(bytes, start, end);
    if (Math.abs(number) < this.#fitsBelow) {
      this.#data[row * this.#width + this.#at] = number;
      return undefined;
    }
    if (Number.isNaN(number)) return setOddText(this.#place, row, bytes, start, end);
    return setElement(this.#place.input.datatype, this.#data, row * this.#width + this.#at, number);
  }

  setValue(row: number, value: unknown): string | undefined {
    return setCell(this.#place, row, value);
  }
}
