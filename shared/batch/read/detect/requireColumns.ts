import { shownName } from '../../../errors/shownName.js';
import { nameList } from '../../../models/nameList.js';
import type { ColumnSpec } from '../../../models/signature.js';
import { JobFailure } from '../../jobFailure.js';
import { bindColumns, duplicateColumns } from '../bindColumns.js';
import { otherColumns, type DetectRequest } from './detectRequest.js';

/** Missing names that a message lists, enough to hold all but those of attacks. */
const mostNames = 500;

/**
 * Refuses a header that lacks columns or has wanted ones twice. A column with a default may be missing. Throws a
 * JobFailure JOB_COLUMNS that names all missing ones.
 */
export function requireColumns(request: DetectRequest, header: readonly string[]): void {
  const { name, models } = request;
  const others = otherColumns(request);
  const names = [...models.flat().map((column) => column.name), ...others];
  const twice = new Set(duplicateColumns(header, names));
  if (twice.size > 0) throw columnsFault(name, `the header has ${quoted([...twice])} more than once`);
  const missing = new Set(models.flatMap((model) => missingColumns(header, model)));
  for (const [i, place] of bindColumns(header, others).entries()) {
    if (place === -1) missing.add(others[i] as string);
  }
  refuseMissing(name, missing, header);
}

/**
 * Refuses the keys of JSON objects that lack columns, as `requireColumns` does. Objects leave out what they do not have,
 * so that nullable columns and joined ones may be missing; which model they are for nobody can tell where rows name it.
 */
export function requireKeys(request: DetectRequest, keys: readonly string[]): void {
  const { name, models, modelColumn } = request;
  if (modelColumn !== undefined) return;
  const needed = models.map((model) => model.filter(({ nullable }) => !nullable));
  refuseMissing(name, new Set(needed.flatMap((model) => missingColumns(keys, model))), keys);
}

/** Columns of one model that have no default and no place. */
function missingColumns(header: readonly string[], model: readonly ColumnSpec[]): string[] {
  const places = bindColumns(
    header,
    model.map(({ name }) => name),
  );
  return model
    .filter((column, i) => places[i] === -1 && column.default === undefined)
    .map(({ name }) => name);
}

function refuseMissing(input: string, missing: ReadonlySet<string>, header: readonly string[]): void {
  if (missing.size === 0) return;
  const columns = missing.size === 1 ? 'column' : 'columns';
  const there = nameList(header.map((name) => ({ name: shownName(name) })));
  throw columnsFault(input, `missing ${columns} ${quoted([...missing])}; the input has ${there}`);
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `'${shownName(name)}'`);
  if (names.length > mostNames) shown.push(`and ${names.length - mostNames} more`);
  return shown.join(', ');
}

const columnsFault = (input: string, problem: string) =>
  new JobFailure('JOB_COLUMNS', `input '${input}': ${problem}`);
