import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindColumns, duplicateColumns } from '../../../../shared/batch/read/bindColumns.js';

test('columns are found by name in any order, missing ones are -1', () => {
  assert.deepEqual(bindColumns(['wt', 'id', 'hp'], ['hp', 'wt', 'cyl']), [2, 0, -1]);
  assert.deepEqual(bindColumns([], ['hp']), [-1]);
  assert.deepEqual(bindColumns(['hp'], []), []);
});

test('letter case and surrounding blanks do not count where one column alone matches', () => {
  assert.deepEqual(bindColumns([' HP ', 'Wt'], ['hp', 'wt']), [0, 1]);
  assert.deepEqual(bindColumns(['hp'], [' Hp']), [0]);
  assert.deepEqual(bindColumns(['HP', 'Hp'], ['hp']), [-1]);
});

test('an exact match wins over one in another letter case', () => {
  assert.deepEqual(bindColumns(['HP', 'hp', 'Hp'], ['hp']), [1]);
  assert.deepEqual(bindColumns(['a', 'A'], ['A', 'a']), [1, 0]);
});

test('a column that another name matches exactly is not given away', () => {
  assert.deepEqual(bindColumns(['a'], ['A', 'a']), [-1, 0]);
});

test('two names that differ in letter case alone do not share a column', () => {
  assert.deepEqual(bindColumns(['AB'], ['ab', 'aB']), [-1, -1]);
});

test('names of object members are ordinary names', () => {
  assert.deepEqual(bindColumns(['toString', '__proto__'], ['__proto__', 'constructor']), [1, -1]);
});

test('wanted names that stand twice are told, others and first places are as before', () => {
  assert.deepEqual(duplicateColumns(['a', 'b', 'a', 'c', 'c'], ['a', 'b']), ['a']);
  assert.deepEqual(duplicateColumns(['a', 'A'], ['a']), []);
  assert.deepEqual(bindColumns(['x', 'a', 'a'], ['a']), [1]);
});
