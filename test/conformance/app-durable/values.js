/* global module, Buffer */
// Values of every kind, and how one looks to the function that gets it.

/** A value with its JavaScript type, in a form that survives JSON. */
function describe(value) {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) return { type: 'array', value };
  return { type: typeof value, value };
}

const values = {
  object: { a: 1, b: [true, null] },
  text: 'text',
  emptyText: '',
  digits: '5',
  jsonText: '{"a":1}',
  trueText: 'true',
  nullText: 'null',
  dateText: '2001-02-03T04:05:06Z',
  dateOffset: '2001-02-03T04:05:06+02:00',
  dateInObject: { when: '2001-02-03T04:05:06.7890000+02:00' },
  dateObject: new Date(Date.UTC(2001, 1, 3, 4, 5, 6)),
  number: 7,
  zero: 0,
  negative: -3,
  fraction: 1.5,
  big: 1e21,
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  array: [1, 'two'],
  emptyArray: [],
  emptyObject: {},
  unicode: 'gr\u00fc\u00dfe \u2603',
  timestampProperty: { Timestamp: '2001-02-03T04:05:06Z' },
  buffer: Buffer.from([1, 2, 254]),
};

module.exports = { describe, values };
