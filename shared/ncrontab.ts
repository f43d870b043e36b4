const DAY_MS = 86_400_000;
/** The longest wait of a schedule that comes due at all: a 29 February on one day of the week, around 2100. */
const SEARCHED_DAYS = 41 * 366;

const MONTHS = 'january february march april may june july august september october november december';
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday';

/** Any beginning of one of the names, which are in lower case, stands for its place. */
type Field = readonly [name: string, min: number, max: number, names: readonly string[]];

const FIELDS: readonly Field[] = [
  ['second', 0, 59, []],
  ['minute', 0, 59, []],
  ['hour', 0, 23, []],
  ['day', 1, 31, []],
  ['month', 1, 12, MONTHS.split(' ')],
  ['day of the week', 0, 6, WEEKDAYS.split(' ')],
];

/**
 * A schedule in UTC as NCrontab 3 reads it: five fields, or six with seconds; day and day of the week must both
 * fit, and Sunday is 0 only. Throws an Error that says what cannot be read.
 */
export class Ncrontab {
  readonly #values: readonly (readonly number[])[];

  constructor(expression: string) {
    const parts = expression.split(' ').filter((part) => part !== '');
    if (parts.length === 5) parts.unshift('0');
    if (parts.length !== 6) throw new Error(`5 or 6 fields are needed, not ${parts.length}`);
    this.#values = FIELDS.map((field, at) => parseField(field, parts[at] as string));
  }

  /** The first time behind `afterMs`, both in milliseconds since 1970; undefined when there is none. */
  nextMs(afterMs: number): number | undefined {
    const fromMs = (Math.floor(afterMs / 1000) + 1) * 1000;
    const firstDayMs = Math.floor(fromMs / DAY_MS) * DAY_MS;
    for (let count = 0, dayMs = firstDayMs; count < SEARCHED_DAYS; count++, dayMs += DAY_MS) {
      if (!this.#isOnDay(dayMs)) continue;
      const second = this.#secondOfDay(count === 0 ? (fromMs - dayMs) / 1000 : 0);
      if (second !== undefined) return dayMs + second * 1000;
    }
    return undefined;
  }

  /**
   * The last time in (`fromMs`, `untilMs`], in milliseconds since 1970; undefined when there is none. Looks at the days
   * between them, the last one first, and as far back as `nextMs` looks ahead.
   */
  lastMs(fromMs: number, untilMs: number): number | undefined {
    const lastDayMs = Math.floor(untilMs / DAY_MS) * DAY_MS;
    for (let count = 0, dayMs = lastDayMs; count < SEARCHED_DAYS; count++, dayMs -= DAY_MS) {
      if (dayMs + DAY_MS <= fromMs) return undefined;
      if (!this.#isOnDay(dayMs)) continue;
      const limit = count === 0 ? Math.floor((untilMs - dayMs) / 1000) : DAY_MS / 1000;
      const second = this.#lastSecondOfDay(limit);
      if (second === undefined) continue;
      const foundMs = dayMs + second * 1000;
      return foundMs > fromMs ? foundMs : undefined;
    }
    return undefined;
  }

  #isOnDay(dayMs: number): boolean {
    const day = new Date(dayMs);
    const [, , , days = [], months = [], weekdays = []] = this.#values;
    return (
      months.includes(day.getUTCMonth() + 1) &&
      weekdays.includes(day.getUTCDay()) &&
      days.includes(day.getUTCDate())
    );
  }

  /** The first second of the day that fits, from `from` on. */
  #secondOfDay(from: number): number | undefined {
    const [seconds = [], minutes = [], hours = []] = this.#values;
    for (const hour of hours) {
      if (hour * 3600 + 3599 < from) continue;
      for (const minute of minutes) {
        const start = hour * 3600 + minute * 60;
        const second = seconds.find((one) => start + one >= from);
        if (second !== undefined) return start + second;
      }
    }
    return undefined;
  }

  /** The last second of the day that fits, up to `until`. */
  #lastSecondOfDay(until: number): number | undefined {
    const [seconds = [], minutes = [], hours = []] = this.#values;
    for (const hour of hours.toReversed()) {
      if (hour * 3600 > until) continue;
      for (const minute of minutes.toReversed()) {
        const start = hour * 3600 + minute * 60;
        const second = seconds.findLast((one) => start + one <= until);
        if (second !== undefined) return start + second;
      }
    }
    return undefined;
  }
}

/** The values of a field in ascending order: `*`, numbers, names, ranges and steps, in a list. */
function parseField(field: Field, text: string): number[] {
  const [name, min, max] = field;
  const values = new Set<number>();
  for (const element of text.split(',')) {
    const match = /^(?:\*|([^-/*]+)(?:-([^-/*]+))?)(?:\/(\d+))?$/.exec(element);
    if (match === null) throw new Error(`"${text}" is no ${name}`);
    const [, first, last = match[3] === undefined ? first : undefined, step = '1'] = match;
    const from = first === undefined ? min : parseValue(field, first);
    const to = last === undefined ? max : parseValue(field, last);
    // A range may be written backwards; a step of 0 is one of 1.
    const end = Math.max(from, to);
    for (let value = Math.min(from, to); value <= end; value += Number(step) || 1) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function parseValue([name, min, max, names]: Field, text: string): number {
  const at = names.findIndex((one) => one.startsWith(text.toLowerCase()));
  const value = /^\d+$/.test(text) ? Number(text) : at < 0 ? NaN : at + min;
  if (value >= min && value <= max) return value;
  throw new Error(`"${text}" is no ${name} (${min} to ${max})`);
}
