import { outOfRange, type Unreadable } from './unreadable.js';

/** The ISO 8601 date of days since 1970. */
export function dateText(days: number): string | Unreadable {
  const date = new Date(days * 86_400_000);
  return Number.isNaN(date.getTime()) ? outOfRange : date.toISOString().slice(0, -14);
}

/** The ISO 8601 time of units (10^-digits seconds) since 1970; every digit of the fraction is kept. */
export function timestampText(units: bigint, digits: 3 | 6 | 9, utc: boolean): string | Unreadable {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((units % perSecond) + perSecond) % perSecond;
  const date = new Date(Number((units - fraction) / perSecond) * 1000);
  if (Number.isNaN(date.getTime())) return outOfRange;
  return `${date.toISOString().slice(0, -5)}.${String(fraction).padStart(digits, '0')}${utc ? 'Z' : ''}`;
}

/** The time of units (10^-digits seconds) since midnight. */
export function timeText(units: bigint, digits: 3 | 6 | 9): string | Unreadable {
  const perSecond = 10n ** BigInt(digits);
  if (units < 0n || units >= 86_400n * perSecond) return outOfRange;
  const text = timestampText(units, digits, false);
  return typeof text === 'string' ? text.slice(11) : text;
}
