import type { Dialect } from '../job.js';
import { firstRepeat } from './firstRepeat.js';
import { optionError } from './optionError.js';

const csvOptions = ['delimiter', 'quote', 'escape', 'comment', 'header'] as const;
const textOptions = [...csvOptions, 'columns', 'encoding'] as const;

/**
 * What was said of the format, in one form: names of columns mean that there is no header, and an escape that is the
 * quote itself is the default. Options that contradict each other or the format are refused.
 *
 * Throws SCORE_ERR_JOB_OPTION that names the key.
 */
export function buildDialect(said: Dialect): Dialect {
  refuseOtherFormats(said);
  refuseEqualMarks(said);
  const { format, gzip, encoding, delimiter, quote, escape, comment, columns, header } = said;
  if (columns !== undefined) {
    if (header === true) throw optionError('/columns', 'is for inputs without header, and header is true');
    const repeated = firstRepeat(columns);
    if (repeated >= 0) throw optionError(`/columns/${repeated}`, 'the name is there twice');
  }
  if (escape !== undefined && quote === null) throw optionError('/escape', 'needs a quote, got quote null');
  return {
    ...(format === undefined ? {} : { format }),
    ...(gzip === undefined ? {} : { gzip }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(escape === undefined || escape === (quote ?? '"') ? {} : { escape }),
    ...(comment === undefined ? {} : { comment }),
    ...(columns === undefined ? {} : { columns }),
    ...(columns === undefined && header === undefined ? {} : { header: header ?? false }),
  };
}

function refuseOtherFormats(said: Dialect): void {
  const { format, gzip } = said;
  if (format === undefined || format === 'csv' || format === 'tsv') return;
  for (const key of format === 'parquet' ? textOptions : csvOptions) {
    if (said[key] !== undefined) throw optionError(`/${key}`, `is no option of format ${format}`);
  }
  if (gzip === true && format === 'parquet') {
    throw optionError('/gzip', 'Parquet is compressed within: wrapped in gzip it is not read');
  }
}

/** A character can mean one thing only. */
function refuseEqualMarks({ format, delimiter, quote, escape, comment }: Dialect): void {
  const cut = delimiter ?? (format === 'tsv' ? '\t' : undefined);
  const marks = { delimiter: cut, quote: quote ?? undefined, comment: comment?.[0] };
  const seen = new Map<string, string>();
  for (const [key, mark] of Object.entries(marks)) {
    if (mark === undefined) continue;
    const other = seen.get(mark);
    if (other !== undefined) throw optionError(`/${key}`, `is the same as ${other}`);
    seen.set(mark, key);
  }
  if (escape !== undefined && escape === cut) throw optionError('/escape', 'is the same as delimiter');
}
