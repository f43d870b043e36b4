import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ncrontab } from '../../shared/ncrontab.js';
import { fc } from '../support/property.js';

const at = (text: string): number => Date.parse(text);
const next = (expression: string, from: string): string | undefined => {
  const ms = new Ncrontab(expression).nextMs(at(from));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
};

test('the next time is the first one behind, in UTC', () => {
  const times = [
    ['0 */5 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z'],
    ['0 */5 * * * *', '2026-01-01T00:04:59.999Z', '2026-01-01T00:05:00Z'],
    ['*/5 * * * *', '2026-01-01T00:05:00.001Z', '2026-01-01T00:10:00Z'],
    ['* * * * * *', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'],
    ['30 15 10 * * *', '2026-01-01T10:15:30Z', '2026-01-02T10:15:30Z'],
    ['0 0 9-17/4 * * MON-FRI', '2026-01-02T17:00:00Z', '2026-01-05T09:00:00Z'],
    ['0 0 0 1 jan *', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 0 29 2 *', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00Z'],
    // both must fit: the first Friday that is a 13th
    ['0 0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00Z'],
    ['0 0 0 31 * *', '2026-03-31T00:00:00Z', '2026-05-31T00:00:00Z'],
    ['10/20,5 0 0 * * *', '2026-01-01T00:00:30Z', '2026-01-01T00:00:50Z'],
    ['0 5-1 0 * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['0 0/0 0 * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['0 0 0 * M Sat', '2026-01-01T00:00:00Z', '2026-03-07T00:00:00Z'],
    ['0 0 0 30 2 *', '2026-01-01T00:00:00Z', undefined],
  ] as const;
  for (const [expression, from, expected] of times)
    assert.equal(next(expression, from), expected, expression);
});

test('what NCrontab does not read is refused', () => {
  const faults = [
    ['', /5 or 6 fields/],
    ['* * * *', /5 or 6 fields.*not 4/],
    ['* * * * * * *', /not 7/],
    ['60 * * * * *', /"60" is no second \(0 to 59\)/],
    ['* * 24 * * *', /"24" is no hour/],
    ['* * * 0 * *', /"0" is no day/],
    ['* * * * 13 *', /"13" is no month/],
    ['* * * * * 7', /"7" is no day of the week \(0 to 6\)/],
    ['* * * * FOO *', /"FOO" is no month/],
    ['MON * * * * *', /"MON" is no second/],
    ['1, * * * * *', /is no second/],
    ['1-2-3 * * * * *', /is no second/],
    ['/5 * * * * *', /is no second/],
    ['*/x * * * * *', /is no second/],
    ['-1 * * * * *', /is no second/],
    ['1.5 * * * * *', /is no second/],
    ['* * L * * *', /is no hour/],
  ] as const;
  for (const [expression, fault] of faults) assert.throws(() => new Ncrontab(expression), fault, expression);
});

/** A field as text, with the values it stands for. */
function field(min: number, max: number) {
  const value = fc.integer({ min, max });
  const span = (from: number, to: number, step: number): number[] => {
    const values = [];
    for (let one = from; one <= to; one += step) values.push(one);
    return values;
  };
  const element = fc.oneof(
    fc.constant({ text: '*', values: span(min, max, 1) }),
    value.map((one) => ({ text: String(one), values: [one] })),
    fc.integer({ min: 1, max: 20 }).map((step) => ({ text: `*/${step}`, values: span(min, max, step) })),
    fc.tuple(value, value).map(([a, b]) => ({
      text: `${a}-${b}`,
      values: span(Math.min(a, b), Math.max(a, b), 1),
    })),
    fc.tuple(value, fc.integer({ min: 1, max: 9 })).map(([one, step]) => ({
      text: `${one}/${step}`,
      values: span(one, max, step),
    })),
  );
  return fc.array(element, { minLength: 1, maxLength: 3 }).map((elements) => ({
    text: elements.map(({ text }) => text).join(','),
    values: new Set(elements.flatMap(({ values }) => values)),
  }));
}

test('the next time fits all fields and nothing between does', () => {
  const fields = fc.tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6));
  const start = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
  const windowSeconds = 4_000;
  const property = fc.property(fields, start, (parts, from) => {
    const fits = (ms: number): boolean => {
      const time = new Date(ms);
      const values = [
        ...[time.getUTCSeconds(), time.getUTCMinutes(), time.getUTCHours()],
        ...[time.getUTCDate(), time.getUTCMonth() + 1, time.getUTCDay()],
      ];
      return parts.every((part, index) => part.values.has(values[index] ?? -1));
    };
    const found = new Ncrontab(parts.map(({ text }) => text).join(' ')).nextMs(from);
    if (found !== undefined) {
      assert.ok(found > from && found % 1000 === 0);
      assert.ok(fits(found));
    }
    const firstMs = (Math.floor(from / 1000) + 1) * 1000;
    for (let ms = firstMs; ms < Math.min(found ?? Infinity, firstMs + windowSeconds * 1000); ms += 1000) {
      assert.ok(!fits(ms));
    }
  });
  fc.assert(property);
});

const last = (expression: string, from: string, until: string): string | undefined => {
  const ms = new Ncrontab(expression).lastMs(at(from), at(until));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
};

test('the last time lies behind the beginning and up to the end, which belongs to it', () => {
  const times = [
    ['0 0 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T05:30:00Z', '2026-01-01T05:00:00Z'],
    ['0 0 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T05:00:00Z', '2026-01-01T05:00:00Z'],
    ['0 0 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T04:59:59.999Z', '2026-01-01T04:00:00Z'],
    ['0 0 * * * *', '2026-01-01T05:00:00Z', '2026-01-01T05:59:59Z', undefined],
    ['0 0 * * * *', '2026-01-01T04:59:59.999Z', '2026-01-01T05:00:00.001Z', '2026-01-01T05:00:00Z'],
    ['* * * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.999Z', undefined],
    ['59 59 23 31 12 *', '2025-06-01T00:00:00Z', '2026-06-01T00:00:00Z', '2025-12-31T23:59:59Z'],
    ['0 0 0 29 2 *', '2097-01-01T00:00:00Z', '2104-02-28T23:59:59Z', undefined],
    ['0 0 0 29 2 *', '2090-01-01T00:00:00Z', '2104-02-28T23:59:59Z', '2096-02-29T00:00:00Z'],
    ['0 0 0 30 2 *', '1970-01-01T00:00:00Z', '2026-01-01T00:00:00Z', undefined],
    ['0 0 0 * * *', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', undefined],
  ] as const;
  for (const [expression, from, until, expected] of times) {
    assert.equal(last(expression, from, until), expected, `${expression} ${from} ${until}`);
  }
});

test('the last time is the one that walking ahead ends at', () => {
  const fields = fc.tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6));
  const start = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
  const length = fc.oneof(
    fc.integer({ min: 0, max: 600_000 }),
    fc.integer({ min: 0, max: 400 * 86_400_000 }),
  );
  const property = fc.property(fields, start, length, (parts, from, lengthMs) => {
    const schedule = new Ncrontab(parts.map(({ text }) => text).join(' '));
    const until = from + lengthMs;
    const found = schedule.lastMs(from, until);
    if (found === undefined) {
      assert.ok((schedule.nextMs(from) ?? Infinity) > until);
    } else {
      assert.ok(found > from && found <= until);
      // it is due itself, and nothing is due between it and the end
      assert.equal(schedule.nextMs(found - 1), found);
      assert.ok((schedule.nextMs(found) ?? Infinity) > until);
    }
  });
  fc.assert(property);
});
