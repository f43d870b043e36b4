import type { InputFormat, JobSpec, OutputFormat } from '../job.js';
import { formatHint } from '../read/detect/formatHint.js';
import { buildDialect } from './buildDialect.js';
import { buildNotify } from './buildNotify.js';
import { firstRepeat } from './firstRepeat.js';
import type { DescribedOptions } from './jobSchema.js';
import { modelChoices } from './modelChoices.js';
import { optionError } from './optionError.js';

/** What this instance lets jobs do. */
export interface JobRules {
  /** Containers beside `uploads` that jobs may read. */
  readonly containers: readonly string[];
  /** Hosts that completion webhooks may go to: `host` or `host:port`, in lower case. */
  readonly webhookHosts: readonly string[];
}

/** A job without its input. */
export type JobOptions = Omit<JobSpec, 'input'>;

/**
 * Options with the rules checked and every default filled in. `names` are those of the inputs, or their pattern: where
 * no format is given, JSON in all of them makes JSON Lines the default of the result.
 *
 * Throws SCORE_ERR_JOB_OPTION that names the key.
 */
export function buildOptions(
  described: DescribedOptions,
  names: readonly string[],
  rules: Pick<JobRules, 'webhookHosts'>,
): JobOptions {
  const { modelColumn, parallelCount, join, outputFormat, spreadsheetSafe, notify } = described;
  const { maxErrorRows, maxErrorPercent, maxFailedChunks } = described;
  const dialect = buildDialect(described);
  const repeated = join === '*' ? -1 : firstRepeat(join);
  if (repeated >= 0) throw optionError(`/join/${repeated}`, 'the column is there twice');
  return {
    services: modelChoices(described),
    ...(modelColumn === undefined ? {} : { modelColumn }),
    dialect,
    parallelCount,
    join,
    outputFormat: outputFormat ?? defaultOutput(dialect.format, names),
    spreadsheetSafe,
    errorLimits: { rows: maxErrorRows ?? null, percent: maxErrorPercent ?? null, chunks: maxFailedChunks },
    ...(notify === undefined ? {} : { notify: buildNotify(notify, rules.webhookHosts) }),
  };
}

function defaultOutput(format: InputFormat | undefined, names: readonly string[]): OutputFormat {
  const formats = format === undefined ? names.map((name) => formatHint(name, undefined)) : [format];
  const isJson = formats.length > 0 && formats.every((one) => one === 'jsonLines' || one === 'jsonArray');
  return isJson ? 'jsonLines' : 'csv';
}
