import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogEntry } from '../../../shared/models/catalogEntry.js';
import type { ModelPlan } from '../../../shared/models/modelPlan.js';
import { oldestFirst } from '../../../shared/models/oldestFirst.js';

const entry = (version: string, createdMs: number): CatalogEntry => ({
  name: 'm',
  version,
  state: 'READY',
  plan: { createdMs } as ModelPlan,
});
const ordered = (...entries: CatalogEntry[]) => oldestFirst(entries).map(({ version }) => version);

test('numbered versions are ordered by their numbers, whenever they were made', () => {
  assert.deepEqual(ordered(entry('1.10', 1), entry('1.9', 3), entry('2-rc', 2)), ['1.9', '1.10', '2-rc']);
});

test('where a version has no number, the time decides for all', () => {
  assert.deepEqual(ordered(entry('2.0', 1), entry('b0e7', 2), entry('1.0', 3)), ['2.0', 'b0e7', '1.0']);
});

test('versions of the same time are ordered by their names', () => {
  assert.deepEqual(ordered(entry('b', 5), entry('a', 5), entry('c', 5)), ['a', 'b', 'c']);
});
