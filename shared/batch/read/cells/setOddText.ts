import { expectedIn } from '../../../protocols/columns/cellValue.js';
import { setCell, type ElementPlace } from './cellWriter.js';
import { trimmedText } from './trimmedText.js';

/**
 * Writes a text that is no decimal number into an element of a number or boolean tensor.
 *
 * The empty cell and NaN in any letter case are missing values, and only these: whether a file means one by NA, null or
 * None nobody can tell. Logical columns take true, false, 1 and 0 in any letter case.
 */
export function setOddText(
  place: ElementPlace,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  const text = trimmedText(bytes, start, end)?.toLowerCase();
  if (text === '') return setCell(place, row, null, 'an empty cell');
  if (text === 'nan') return setCell(place, row, null, 'NaN');
  const truth =
    place.column.type === 'logical' || place.input.datatype === 'BOOL' ? truthOf(text) : undefined;
  if (truth !== undefined) return setCell(place, row, truth);
  return `expected ${expectedIn(place.column)}, got ${kindOf(text ?? '')}`;
}

function truthOf(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

function kindOf(text: string): string {
  if (/^[+-]?inf(inity)?$/.test(text)) return 'infinity';
  return /^[+-]?\d*,\d+$/.test(text) ? 'a number with a comma in it' : 'a text';
}
