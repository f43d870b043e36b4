import type { PagePlaces } from './pagePlaces.js';

/** Rows [from, to) of a row group. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Sizes of the wanted columns of a row group. */
export interface GroupWeight {
  readonly rows: number;
  readonly compressedBytes: number;
  /** What the decoded values take, about. */
  readonly decodedBytes: number;
}

/** Decoded bytes of a slice, as a multiple of its compressed ones: pages may be packed tightly. */
const decodedShare = 2;

/** Whether a row group is one slice: up to twice the size of a slice. */
export function isOneSlice({ compressedBytes, decodedBytes }: GroupWeight, sliceBytes: number): boolean {
  return compressedBytes <= 2 * sliceBytes && decodedBytes <= 2 * decodedShare * sliceBytes;
}

/**
 * Cuts a row group into slices of about `sliceBytes` compressed bytes. Cuts fall between pages of the largest column
 * where one is near, so that few pages are read twice. There are at most about twice `mostSlices`.
 */
export function cutRowGroup(
  { rows, compressedBytes, decodedBytes }: GroupWeight,
  sliceBytes: number,
  largest: PagePlaces | undefined,
  mostSlices: number,
): RowRange[] {
  const share = Math.min(sliceBytes / compressedBytes, (decodedShare * sliceBytes) / decodedBytes);
  const wanted = Math.max(1, Math.floor(rows * share), Math.ceil(rows / mostSlices));
  const slices: RowRange[] = [];
  const pages = largest?.pages ?? [];
  let page = 0;
  for (let from = 0; from < rows;) {
    while (page < pages.length && (pages[page + 2] as number) <= from + wanted / 2) page += 3;
    const to =
      rows - from <= 1.25 * wanted ? rows : nearestStart(pages, page, from + wanted, from + 2 * wanted);
    slices.push({ from, to });
    from = to;
  }
  return slices;
}

/** The first row of the page, from `page` on, that begins nearest to a row; the row itself where none is near. */
function nearestStart(pages: readonly number[], page: number, row: number, before: number): number {
  let best: number | undefined;
  for (let i = page; i < pages.length; i += 3) {
    const start = pages[i + 2] as number;
    if (start >= before || (best !== undefined && Math.abs(start - row) > Math.abs(best - row))) break;
    best = start;
  }
  return best ?? row;
}

/** Joins pages that the same slices need, so that the layout grows with the slices and not with the pages. */
export function joinPages(pages: readonly number[], rows: number, slices: readonly RowRange[]): number[] {
  const joined: number[] = [];
  let slice = 0;
  let isOpen = false;
  for (let i = 0; i < pages.length; i += 3) {
    const [offset, length, first] = [pages[i], pages[i + 1], pages[i + 2]] as [number, number, number];
    const last = (i + 3 < pages.length ? (pages[i + 5] as number) : rows) - 1;
    while ((slices[slice] as RowRange).to <= first) {
      slice++;
      isOpen = false;
    }
    // a page that two slices need stands alone
    const isShared = last >= (slices[slice] as RowRange).to;
    const previous = joined.length - 3;
    const follows =
      previous >= 0 && (joined[previous] as number) + (joined[previous + 1] as number) === offset;
    if (isOpen && !isShared && follows) (joined[previous + 1] as number) += length;
    else joined.push(offset, length, first);
    isOpen = !isShared;
  }
  return joined;
}
