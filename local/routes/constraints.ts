/** Tells whether a route value fits; undefined is the value of a catch-all that matched nothing. */
export type Constraint = (value: string | undefined) => boolean;
type Compile = (argument: string) => (value: string) => boolean;

// .NET's number and bool parsers skip these around a value.
const BLANK = '[\\t-\\r ]*';
const WHOLE = new RegExp(`^${BLANK}[+-]?\\d+${BLANK}$`);
const BOOL = new RegExp(`^${BLANK}(?:true|false)${BLANK}$`, 'i');
const HEX_GROUPS = '[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}';
const GUID = new RegExp(
  `^${BLANK}(?:[\\da-f]{32}|${HEX_GROUPS}|\\{${HEX_GROUPS}\\}|\\(${HEX_GROUPS}\\))${BLANK}$`,
  'i',
);
const TIME = '(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,7})?)?';
const ZONE = 'Z|[+-](?:(?:0\\d|1[0-3]):?[0-5]\\d|14:?00)';
const DATE = new RegExp(`^\\s*(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:[T ]${TIME}\\s*(?:${ZONE})?)?\\s*$`, 'i');

/** The constraints whose answers are recorded; the others of .NET are refused by their names. */
const CONSTRAINTS: Readonly<Record<string, Compile>> = {
  int: () => wholeBetween(-(2 ** 31), 2 ** 31 - 1),
  bool: () => (value) => BOOL.test(value),
  guid: () => (value) => GUID.test(value),
  datetime: () => isDate,
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  minlength: (argument) => {
    const least = whole(argument);
    return (value) => value.length >= least;
  },
  range: (argument) => {
    const [from = '', to = '', ...others] = argument.split(',');
    if (others.length > 0) throw new Error(`range takes two numbers, got "${argument}"`);
    return wholeBetween(whole(from), whole(to));
  },
  regex: (argument) => {
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  },
};
const WITH_ARGUMENT: readonly string[] = ['minlength', 'range', 'regex'];

/**
 * Compiles an inline constraint such as `int` or `range(1,5)`, with .NET's tests (functions-host.md 2.1).
 * Where .NET takes more forms than an app will use (dates, hexadecimal guids), fewer are taken here.
 */
export function compileConstraint(text: string): Constraint {
  const [, given = '', argument] = /^([a-z]+)(?:\(([^]*)\))?$/i.exec(text.trim()) ?? [];
  const name = given.toLowerCase();
  const compile = Object.hasOwn(CONSTRAINTS, name) ? CONSTRAINTS[name] : undefined;
  if (compile === undefined) throw new Error(`constraint "${text}" is not available in the local host`);
  if (WITH_ARGUMENT.includes(name) !== (argument !== undefined)) {
    throw new Error(`constraint "${text}" has an argument too many or too few`);
  }
  const test = compile(argument ?? '');
  return (value) => value !== undefined && test(value);
}

function wholeBetween(from: number, to: number): (value: string) => boolean {
  return (value) => WHOLE.test(value) && Number(value) >= from && Number(value) <= to;
}

function isDate(value: string): boolean {
  const [, year = 0, month = 0, day = 0] = (DATE.exec(value) ?? []).map(Number);
  // A day that the month does not have would count on into the next one.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function whole(text: string): number {
  const value = Number(text);
  if (!WHOLE.test(text) || !Number.isSafeInteger(value)) throw new Error(`"${text}" is not a whole number`);
  return value;
}
