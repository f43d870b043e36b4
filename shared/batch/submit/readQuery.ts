import { shownName } from '../../errors/shownName.js';
import { pointerStep } from '../../protocols/jsonObject.js';
import { optionError } from './optionError.js';

type Reader = (value: string, name: string) => unknown;

const asText: Reader = (value) => value;

const asList: Reader = (value) => value.split(',');

const asWhole: Reader = (value, name) => {
  if (!/^\d{1,15}$/.test(value)) throw optionError(`/${name}`, 'expected a whole number in digits');
  return Number(value);
};

const asDecimal: Reader = (value, name) => {
  if (!/^\d{1,15}(?:\.\d{1,15})?$/.test(value)) throw optionError(`/${name}`, 'expected a number in digits');
  return Number(value);
};

const asSwitch: Reader = (value, name) => {
  if (value !== 'true' && value !== 'false') throw optionError(`/${name}`, 'expected true or false');
  return value === 'true';
};

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['service', asText],
  ['version', asText],
  ['services', asList],
  ['modelColumn', asText],
  ['parallelCount', asWhole],
  ['format', asText],
  ['gzip', asSwitch],
  ['encoding', asText],
  ['delimiter', asText],
  ['quote', (value) => (value === '' ? null : value)],
  ['escape', asText],
  ['comment', asText],
  ['header', asSwitch],
  ['columns', asList],
  ['join', (value) => (value === '*' ? '*' : value.split(','))],
  ['outputFormat', asText],
  ['spreadsheetSafe', asSwitch],
  ['maxErrorRows', asWhole],
  ['maxErrorPercent', asDecimal],
  ['maxFailedChunks', asWhole],
]);

/**
 * The query parameters of `POST /jobs` as the job description would say them; not checked further. Lists are cut at
 * commas, so names with commas need the description; an empty `quote` stands for none.
 *
 * Throws SCORE_ERR_JOB_OPTION for parameters that are unknown, repeated or unreadable.
 */
export function readQuery(query: URLSearchParams): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  const notify: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [name, value] of query) {
    const place = `/${pointerStep(name)}`;
    if (seen.has(name)) throw optionError(place, 'the parameter is there twice');
    seen.add(name);
    const reader = readers.get(name);
    if (reader) said[name] = reader(value, name);
    else if (name === 'notify.queue') notify.queue = value;
    else if (name === 'notify.webhook') notify.webhook = value;
    else throw optionError(place, `there is no option '${shownName(name)}'`);
  }
  return Object.keys(notify).length === 0 ? said : { ...said, notify };
}
