/** Tells whether a route value fits; undefined is the value of a catch-all that matched nothing. */
export type Constraint = (value: string | undefined) => boolean;

// .NET's number and bool parsers skip these around a value.
const BLANK = '[\\t-\\r ]*';
const WHOLE = new RegExp(`^${BLANK}([+-]?\\d+)${BLANK}$`);
const DECIMAL = new RegExp(`^${BLANK}[+-]?(?:\\d[\\d,]*(?:\\.\\d*)?|\\.\\d+)${BLANK}$`);
const FLOAT = new RegExp(
  `^${BLANK}[+-]?(?:(?:\\d[\\d,]*(?:\\.\\d*)?|\\.\\d+)(?:e[+-]?\\d+)?|infinity|nan)${BLANK}$`,
  'i',
);
const BOOL = new RegExp(`^${BLANK}(?:true|false)${BLANK}$`, 'i');
const HEX_GROUPS = '[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}';
const GUID = new RegExp(
  `^${BLANK}(?:[\\da-f]{32}|${HEX_GROUPS}|\\{${HEX_GROUPS}\\}|\\(${HEX_GROUPS}\\))${BLANK}$`,
  'i',
);
const DATE =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?\s*(?:Z|[+-](\d{2}):?(\d{2}))?)?\s*$/i;
const MAX_DECIMAL = 79_228_162_514_264_337_593_543_950_335n;
const LONG: readonly [bigint, bigint] = [-(2n ** 63n), 2n ** 63n - 1n];
const INT: readonly [bigint, bigint] = [-(2n ** 31n), 2n ** 31n - 1n];

type Compile = (argument: string) => (value: string) => boolean;

const WITHOUT_ARGUMENT = new Map<string, Compile>([
  ['int', () => (value) => isWhole(value, INT)],
  ['long', () => (value) => isWhole(value, LONG)],
  ['bool', () => (value) => BOOL.test(value)],
  ['decimal', () => isDecimal],
  ['double', () => (value) => FLOAT.test(value)],
  ['float', () => (value) => FLOAT.test(value)],
  ['guid', () => (value) => GUID.test(value)],
  ['datetime', () => isDate],
  ['alpha', () => (value) => /^[a-z]*$/i.test(value)],
  ['required', () => (value) => value !== ''],
]);

const WITH_ARGUMENT = new Map<string, Compile>([
  ['minlength', (argument) => lengthBetween(count(argument), Infinity)],
  ['maxlength', (argument) => lengthBetween(0, count(argument))],
  [
    'length',
    (argument) => {
      const [from, to = from] = numbers(argument, 1, 2);
      return lengthBetween(count(from), count(to));
    },
  ],
  ['min', (argument) => wholeBetween(whole(argument), LONG[1])],
  ['max', (argument) => wholeBetween(LONG[0], whole(argument))],
  [
    'range',
    (argument) => {
      const [from, to = from] = numbers(argument, 2, 2);
      return wholeBetween(whole(from), whole(to));
    },
  ],
  [
    'regex',
    (argument) => {
      const pattern = new RegExp(argument, 'i');
      return (value) => pattern.test(value);
    },
  ],
]);

/**
 * Compiles an inline constraint such as `int` or `range(1,5)`, with .NET's tests (functions-host.md 2.1).
 * Where .NET takes more forms than an app will use (dates, hexadecimal guids), fewer are taken here.
 */
export function compileConstraint(text: string): Constraint {
  const [, name = '', argument] = /^([a-z]+)(?:\(([^]*)\))?$/i.exec(text.trim()) ?? [];
  const table = argument === undefined ? WITHOUT_ARGUMENT : WITH_ARGUMENT;
  const compile = table.get(name.toLowerCase());
  if (compile === undefined) throw new Error(`constraint "${text}" is not known`);
  const test = compile(argument ?? '');
  return (value) => value !== undefined && test(value);
}

function parseWhole(value: string): bigint | undefined {
  const digits = WHOLE.exec(value)?.[1];
  return digits === undefined ? undefined : BigInt(digits.replace('+', ''));
}

function isWhole(value: string, [from, to]: readonly [bigint, bigint]): boolean {
  const number = parseWhole(value);
  return number !== undefined && number >= from && number <= to;
}

function wholeBetween(from: bigint, to: bigint): (value: string) => boolean {
  return (value) => isWhole(value, [from, to]);
}

function lengthBetween(from: number, to: number): (value: string) => boolean {
  return (value) => value.length >= from && value.length <= to;
}

function isDecimal(value: string): boolean {
  if (!DECIMAL.test(value)) return false;
  const digits = value.replaceAll(/[^\d.]/g, '').split('.', 1)[0] ?? '';
  return BigInt(digits || '0') <= MAX_DECIMAL;
}

function isDate(value: string): boolean {
  const match = DATE.exec(value);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = match
    .slice(1)
    .map((part) => Number(part || 0));
  const daysInMonth = new Date(Date.UTC(2000, month, 0)).getUTCDate();
  const leapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lastDay = month === 2 && !leapYear ? 28 : daysInMonth;
  return (
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= lastDay &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    zoneHour * 60 + zoneMinute <= 14 * 60 &&
    zoneMinute <= 59
  );
}

function numbers(argument: string, atLeast: number, atMost: number): [string, ...string[]] {
  const [first = '', ...others] = argument.split(',');
  const given = others.length + 1;
  if (given < atLeast || given > atMost) throw new Error(`"${argument}" has the wrong number of arguments`);
  return [first, ...others];
}

function count(text: string): number {
  const value = whole(text);
  if (value < 0n || value > INT[1]) throw new Error(`"${text}" is not a length`);
  return Number(value);
}

function whole(text: string): bigint {
  const value = parseWhole(text);
  if (value === undefined || value < LONG[0] || value > LONG[1])
    throw new Error(`"${text}" is not a whole number`);
  return value;
}
