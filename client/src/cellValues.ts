import type { Cell, CsvTable } from './csvReader.js';
import type { CellType } from './csvSource.js';

const numberText = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const logicalTexts: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/**
 * What a cell is in a column of a type, by the rules of docs/csv.md. A cell that is nothing of the type stays a text:
 * the server refuses that one record and says why.
 */
export function cellValue(cell: Cell, type: CellType): unknown {
  if (type === 'character') return cell ?? null;
  const text = cell?.trim() ?? '';
  if (type === 'vector') return text.startsWith('[') ? arrayOf(text) : text;
  if (text === '' || text.toLowerCase() === 'nan') return null;
  if (type === 'logical') return logicalTexts.get(text.toLowerCase()) ?? text;
  if (!numberText.test(text)) return text;
  const value = Number(text);
  // a whole number that would be another one: the text is refused, a wrong number would be scored
  const exact = type === 'numeric' || !Number.isInteger(value) || Number.isSafeInteger(value);
  return exact && Number.isFinite(value) ? value : text;
}

/** The type of a column that the service does not name: what all of its cells can be. */
export function guessType({ records }: CsvTable, column: number): CellType {
  let type: CellType | undefined;
  for (const record of records) {
    const text = record[column]?.trim().toLowerCase() ?? '';
    if (text === '' || text === 'nan') continue;
    const found = numberText.test(text)
      ? 'numeric'
      : text === 'true' || text === 'false'
        ? 'logical'
        : 'character';
    type ??= found;
    if (found !== type || found === 'character') return 'character';
  }
  return type ?? 'numeric';
}

function arrayOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
