import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileConstraint } from '../../../local/routes/constraints.js';

const TABLE: readonly { constraint: string; fits: readonly string[]; not: readonly string[] }[] = [
  {
    constraint: 'int',
    fits: ['12', '-3', '+3', '007', ' 1', '1 ', '2147483647', '-2147483648'],
    not: ['', 'abc', '1.0', '2147483648', '-2147483649', '1e3', '0x1', '1,000', '−1'],
  },
  { constraint: 'bool', fits: ['true', 'FALSE', ' True '], not: ['1', '0', 'yes', ''] },
  {
    constraint: 'guid',
    fits: [
      '00000000-0000-0000-0000-00000000000A',
      '{00000000-0000-0000-0000-000000000001}',
      '(00000000-0000-0000-0000-000000000001)',
      '0'.repeat(32),
    ],
    not: ['zz', '{00000000-0000-0000-0000-000000000001)', '0'.repeat(31)],
  },
  {
    constraint: 'datetime',
    fits: [
      '2001-02-03',
      '2001-02-03T04:05:06Z',
      '2001-02-03 04:05',
      '2001-02-03T04:05:06.1234567+02:00',
      '2000-02-29',
    ],
    not: ['today', '2001-02-29', '2001-13-01', '2001-02-03T25:00:00', '2001', '1900-02-29'],
  },
  { constraint: 'minlength(2)', fits: ['ab', 'abc'], not: ['a', ''] },
  { constraint: 'range(1,5)', fits: ['1', '5', '+2'], not: ['0', '6', 'x'] },
  { constraint: 'alpha', fits: ['abC', ''], not: ['a1', 'é', '\u212a'] },
  { constraint: 'regex(^a.c$)', fits: ['abc', 'ABC'], not: ['abd', 'xabc'] },
  { constraint: 'INT', fits: ['1'], not: ['x'] },
];

describe('an inline constraint takes what .NET takes', () => {
  for (const { constraint, fits, not } of TABLE) {
    test(constraint, () => {
      const check = compileConstraint(constraint);
      for (const value of fits) assert.equal(check(value), true, `"${value}" fits`);
      for (const value of not) assert.equal(check(value), false, `"${value}" does not fit`);
      assert.equal(check(undefined), false, 'no value');
    });
  }
});

test('an unknown constraint or a wrong argument is refused', () => {
  for (const text of [
    'integer',
    'int(5)',
    'range(1)',
    'range(a,b)',
    'minlength',
    'range(1,2,3)',
    'minlength(a)',
    'regex(()',
    '',
    'toString',
    'constructor',
    'toString(1)',
  ]) {
    assert.throws(() => compileConstraint(text), Error, text);
  }
});

test('the constraints of .NET that have no recorded answer are refused by name', () => {
  for (const text of [
    'long',
    'decimal',
    'double',
    'float',
    'required',
    'maxlength(2)',
    'length(2)',
    'min(1)',
    'max(1)',
  ]) {
    assert.throws(() => compileConstraint(text), {
      message: `constraint "${text}" is not available in the local host`,
    });
  }
});
