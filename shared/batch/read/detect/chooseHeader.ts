import type { ColumnSpec, ColumnType } from '../../../models/signature.js';
import { JobFailure } from '../../jobFailure.js';
import { bindColumns } from '../bindColumns.js';
import { otherColumns, type DetectRequest } from './detectRequest.js';

/** The columns of a table in the order of the file. */
export interface Header {
  readonly names: readonly string[];
  /** The first record holds them. */
  readonly inFile: boolean;
}

/**
 * Tells whether the first record is the header, unless that was said. It is when it has a wanted name. It is data when
 * it has as many cells as the model has columns, and numbers where the model takes numbers. Else it is taken as a
 * header, whose missing names are told then.
 *
 * Throws a JobFailure JOB_COLUMNS for a text without header whose columns nothing names, or names in another number.
 */
export function chooseHeader(request: DetectRequest, records: readonly (readonly string[])[]): Header {
  const { dialect, models } = request;
  const [first] = records;
  if (dialect.header === true && first) return { names: first, inFile: true };
  if (dialect.columns || dialect.header === false) return withoutHeader(request, records);
  if (!first) return { names: [], inFile: false };
  const wanted = [...new Set([...models.flat().map(({ name }) => name), ...otherColumns(request)])];
  const columns = commonColumns(models);
  const isHeader =
    !columns || !looksLikeRow(first, columns) || bindColumns(first, wanted).some((place) => place !== -1);
  return isHeader ? { names: first, inFile: true } : withoutHeader(request, records);
}

function withoutHeader(request: DetectRequest, records: readonly (readonly string[])[]): Header {
  const { name, dialect, models } = request;
  // without records nothing is read by them
  const own: readonly { readonly name: string }[] | undefined =
    records.length === 0 ? [] : commonColumns(models);
  const names = dialect.columns ?? own?.map((column) => column.name);
  if (!names) {
    throw new JobFailure(
      'JOB_COLUMNS',
      `input '${name}': without header, and the models have different columns: name them in 'columns'`,
    );
  }
  // one ragged row is an error row, all of them are a mistake
  if (records.length > 0 && records.every(({ length }) => length !== names.length)) {
    const came = records[0]?.length ?? 0;
    throw new JobFailure(
      'JOB_COLUMNS',
      `input '${name}': without header, expected ${names.length} columns, got ${came}`,
    );
  }
  return { names, inFile: false };
}

/** The columns that all models have in the same order; undefined where they differ. */
function commonColumns(models: DetectRequest['models']): readonly ColumnSpec[] | undefined {
  const [first, ...more] = models;
  const isSame = (columns: readonly ColumnSpec[]) =>
    columns.length === first?.length && columns.every(({ name }, i) => name === first[i]?.name);
  return first && more.every(isSame) ? first : undefined;
}

function looksLikeRow(cells: readonly string[], columns: readonly ColumnSpec[]): boolean {
  if (cells.length !== columns.length) return false;
  let numbers = 0;
  for (const [i, { type }] of columns.entries()) {
    const cell = cells[i] as string;
    if (type === 'character' || cell.trim() === '') continue;
    if (!looksLike[type].test(cell.trim())) return false;
    numbers++;
  }
  return numbers > 0;
}

const number = /^([+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|nan)$/i;
const looksLike: Readonly<Record<Exclude<ColumnType, 'character'>, RegExp>> = {
  numeric: number,
  integer: number,
  logical: /^(true|false|[01](\.0*)?|nan)$/i,
  vector: /^\[/,
};
