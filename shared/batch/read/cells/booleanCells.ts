import { setCell, type CellWriter, type ElementPlace } from './cellWriter.js';
import { setOddText } from './setOddText.js';

/** Cells of a BOOL tensor. Texts may be 1 and 0 as well; values must be booleans, as on the real-time path. */
export class BooleanCells implements CellWriter {
  readonly #place: ElementPlace;

  constructor(place: ElementPlace) {
    this.#place = place;
  }

  setText(row: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    return setOddText(this.#place, row, bytes, start, end);
  }

  setValue(row: number, value: unknown): string | undefined {
    return setCell(this.#place, row, value);
  }
}
