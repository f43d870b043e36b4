import { bindColumns } from '../bindColumns.js';
import { otherColumns, type DetectRequest } from './detectRequest.js';
import { headRecords, type HeadRecords } from './headRecords.js';
import type { HeadText } from './headText.js';

const candidates = [',', ';', '\t', '|', ':'];

/**
 * Reads the first records with the delimiter that was said, else with the likeliest one: under which the first record
 * has most of the wanted names; then as many cells as a model has columns; then the same number of cells, more than one,
 * in most records. A comma where all are alike, a tab where `tsv` was hinted.
 */
export function chooseDelimiter(head: HeadText, request: DetectRequest, isTsv: boolean): HeadRecords {
  const { dialect, models } = request;
  const said = dialect.delimiter ?? (dialect.format === 'tsv' ? '\t' : undefined);
  if (said !== undefined) return headRecords(head, dialect, said);
  const wanted = [...new Set([...models.flat().map(({ name }) => name), ...otherColumns(request)])];
  const tried = (isTsv ? ['\t', ...candidates] : candidates)
    .filter((delimiter) => delimiter !== dialect.quote && delimiter !== dialect.escape)
    .map((delimiter) => headRecords(head, dialect, delimiter));
  const namesIn = namesCounter(wanted);
  const scored = tried.map((one) => ({ one, marks: marksOf(one, namesIn, models) }));
  // the first one of those that are alike
  return scored.reduce((best, next) => (isMore(next.marks, best.marks) ? next : best)).one;
}

/** Counts the wanted names in a first record. Most delimiters leave the same one cell, which is looked at once. */
function namesCounter(wanted: readonly string[]): (record: readonly string[]) => number {
  const ofOneCell = new Map<string, number>();
  return (record) => {
    const known = record.length === 1 ? ofOneCell.get(record[0] as string) : undefined;
    if (known !== undefined) return known;
    const count = bindColumns(record, wanted).filter((place) => place !== -1).length;
    if (record.length === 1) ofOneCell.set(record[0] as string, count);
    return count;
  };
}

/** What speaks for a delimiter, the weightiest first. */
function marksOf(
  { records }: HeadRecords,
  namesIn: (record: readonly string[]) => number,
  models: DetectRequest['models'],
): readonly number[] {
  const [first = []] = records;
  const fits = first.length > 1 && models.some(({ length }) => length === first.length);
  const alike = records.filter(({ length }) => length === first.length).length;
  return [namesIn(first), fits ? 1 : 0, first.length > 1 ? alike / records.length : 0];
}

function isMore(marks: readonly number[], others: readonly number[]): boolean {
  const at = marks.findIndex((mark, i) => mark !== others[i]);
  return at !== -1 && (marks[at] as number) > (others[at] as number);
}
