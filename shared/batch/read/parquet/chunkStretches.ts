import type { ChunkPages } from './parquetFooter.js';

/** Bytes of the file. */
export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

/** Where the dictionary lies that rows from `from` on need; undefined where they need none. */
export function headOf({ head }: ChunkPages, from: number): FileRange | undefined {
  const [offset, length, end] = head;
  return offset === undefined || length === undefined || from >= (end ?? 0) ? undefined : { offset, length };
}

/** A stretch of pages and its rows [first, end). */
export interface Stretch {
  readonly range: FileRange;
  readonly first: number;
  readonly end: number;
}

/** The stretches of a chunk of `rows` rows that rows [from, to) lie in. */
export function stretchesOf({ pages }: ChunkPages, rows: number, from: number, to: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let i = 0; i < pages.length; i += 3) {
    const [offset, length, first] = [pages[i], pages[i + 1], pages[i + 2]] as [number, number, number];
    const end = pages[i + 5] ?? rows;
    if (end > from && first < to) stretches.push({ range: { offset, length }, first, end });
  }
  return stretches;
}
