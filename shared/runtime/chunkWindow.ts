import type { ReadBlock } from '../batch/read/recordReader.js';

const noCells: readonly unknown[] = [];

/** The rows that are read and not scored yet, in the order of the input. */
export class ChunkWindow {
  /** Per row: its segment, its record there, its model, its row in the model's sink, its joined cells. */
  readonly segments: number[] = [];
  readonly records: number[] = [];
  readonly models: number[] = [];
  readonly rows: number[] = [];
  readonly joined: (readonly unknown[])[] = [];
  readonly #sinkRows: number[];

  constructor(models: number) {
    this.#sinkRows = new Array<number>(models).fill(0);
  }

  get count(): number {
    return this.records.length;
  }

  /** Takes the rows that a reader has committed; `modelOf` gives the index of the model that a row names. */
  add(segment: number, { recordOf, joined, models }: ReadBlock, modelOf: (name: string) => number): void {
    for (let i = 0; i < recordOf.length; i++) {
      const name = models[i];
      const model = name === undefined ? 0 : modelOf(name);
      this.segments.push(segment);
      this.records.push(recordOf[i] as number);
      this.models.push(model);
      this.rows.push((this.#sinkRows[model] as number)++);
      this.joined.push(joined[i] ?? noCells);
    }
  }

  reset(): void {
    for (const rows of [this.segments, this.records, this.models, this.rows, this.joined]) rows.length = 0;
    this.#sinkRows.fill(0);
  }
}
