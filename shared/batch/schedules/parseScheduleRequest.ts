import { isModelName, modelNameRule } from '../../models/modelFolder.js';
import { Ncrontab } from '../../ncrontab.js';
import type { JobSpec } from '../job.js';
import { buildOptions, type JobRules } from '../submit/buildOptions.js';
import { buildInput, namesOf } from '../submit/jobInput.js';
import { scheduleSchema, type DescribedOptions } from '../submit/jobSchema.js';
import { optionError } from '../submit/optionError.js';
import { parseDescribingBody } from '../submit/parseDescribingBody.js';
import { takeShape } from '../submit/takeShape.js';

/** A schedule that was asked for. */
export interface ScheduleRequest {
  /** NCRONTAB in UTC. */
  readonly cron: string;
  readonly enabled: boolean;
  /** The job of each due time; its input is a prefix. */
  readonly options: JobSpec;
}

/** The schedule that a request is about. */
export interface ScheduleName {
  readonly service: string;
  readonly id: string;
}

/**
 * Reads the body of `PUT /services/{service}/schedules/{id}`: a job description whose input is a prefix, with `cron` and
 * `enabled` (default true). The models are that of the path, unless `services` names several with it among them.
 *
 * A due time is served by the next run of the maintenance timer, hourly by default: a schedule that is due more often
 * runs once per run of the timer. Throws SCORE_ERR_JOB_OPTION that names the key, and SCORE_ERR_BODY_*.
 */
export function parseScheduleRequest(
  body: Uint8Array,
  { service, id }: ScheduleName,
  rules: JobRules,
): ScheduleRequest {
  // an id follows the rule of model names: it is a path segment, a blob name and a URL segment alike
  if (!isModelName(id)) throw optionError('', `the id of a schedule ${modelNameRule}`);
  const { cron, enabled, input: where, ...described } = takeShape(scheduleSchema, parseDescribingBody(body));
  checkCron(cron);
  const input = buildInput(where, rules.containers);
  if (input.kind !== 'prefix') throw optionError('/input', 'expected a prefix, got names of blobs');
  const options = buildOptions(withService(described, service), namesOf(input), rules);
  if (!options.services.some(({ name }) => name === service)) {
    throw optionError(described.services ? '/services' : '/service', `expected '${service}', as in the path`);
  }
  return { cron, enabled, options: { ...options, input } };
}

function withService(described: DescribedOptions, service: string): DescribedOptions {
  return described.service === undefined && described.services === undefined
    ? { ...described, service }
    : described;
}

/** Whether it can be read, and comes due at all. */
function checkCron(cron: string): void {
  let schedule: Ncrontab;
  try {
    schedule = new Ncrontab(cron);
  } catch (error) {
    throw optionError('/cron', (error as Error).message);
  }
  if (schedule.nextMs(0) === undefined) throw optionError('/cron', 'it never comes due');
}
