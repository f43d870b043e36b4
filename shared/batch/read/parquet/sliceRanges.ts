import type { ParquetLayout } from '../parquetLayout.js';
import { headOf, stretchesOf, type FileRange } from './chunkStretches.js';
import type { ParquetFooter } from './parquetFooter.js';
import { wantedPlaces } from './wantedPlaces.js';

/** Bytes between two ranges that are read along, since a request costs more. */
const gapBytes = 16 * 1024;

/**
 * The byte ranges of the file that a slice needs, by offset: dictionaries and data pages of the wanted columns,
 * neighbours merged.
 */
export function sliceRanges(
  layout: ParquetLayout,
  wanted: readonly string[],
  { rowGroup, from, to }: { readonly rowGroup: number; readonly from: number; readonly to: number },
): readonly FileRange[] {
  const footer = layout.footer as ParquetFooter;
  const { possible } = wantedPlaces(footer.header, wanted);
  const group = footer.rowGroups[rowGroup];
  const ranges: FileRange[] = [];
  footer.columns.forEach(({ at }, i) => {
    const chunk = group?.chunks[i];
    if (!chunk || !possible.has(at)) return;
    const head = headOf(chunk, from);
    if (head) ranges.push(head);
    for (const { range } of stretchesOf(chunk, group.rows, from, to)) ranges.push(range);
  });
  return merged(ranges);
}

/** The layout's footer with nothing but one row group: what a worker needs for slices of it. */
export function footerOfSlice({ footer }: ParquetLayout, rowGroup: number): unknown {
  const { header, columns, rowGroups } = footer as ParquetFooter;
  return {
    header,
    columns,
    rowGroups: rowGroups.slice(0, rowGroup + 1).map((group, i) => (i === rowGroup ? group : null)),
  } satisfies ParquetFooter;
}

function merged(ranges: FileRange[]): readonly FileRange[] {
  const all: { offset: number; length: number }[] = [];
  for (const { offset, length } of ranges.sort((a, b) => a.offset - b.offset)) {
    const last = all.at(-1);
    const end = offset + length;
    if (last && offset <= last.offset + last.length + gapBytes) {
      last.length = Math.max(last.length, end - last.offset);
    } else all.push({ offset, length });
  }
  return all;
}
