import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect } from '../../../../shared/batch/job.js';
import { column } from '../../../support/signatures.js';
import { detect, plainText, refuses, utf16 } from './detecting.js';

test('JSON Lines and JSON arrays are known by how they begin', () => {
  assert.deepEqual(detect('\ufeff{"hp":1,"wt":2}\n'), {
    format: 'jsonLines',
    text: plainText,
    keys: ['hp', 'wt'],
    dataStart: 3,
    needsRewrite: false,
  });
  assert.equal(detect(' [ {"hp":1,"wt":2}]').format, 'jsonArray');
  assert.equal(detect('[]').format, 'jsonArray');
  assert.equal(detect('[[1,2],[3,4]]').format, 'jsonArray');
  assert.equal(detect('[1,2]\n[3,4]').format, 'jsonLines');
  assert.equal(detect('{"hp":1,"wt":2}', { name: 'x.json' }).format, 'jsonLines');
  assert.equal(detect('[{"hp":1,"wt":2}]', { contentType: 'application/x-ndjson' }).format, 'jsonArray');
  assert.equal(detect(utf16('[{"hp":1,"wt":2}]', 'utf-16le')).dataStart, 2);
});

test('JSON that was said and does not come is refused', () => {
  refuses('hp,wt\n', 'JOB_INPUT_FORMAT', /expected a JSON array/, { dialect: { format: 'jsonArray' } });
  refuses('{"hp":1}', 'JOB_INPUT_FORMAT', /expected a JSON array/, { dialect: { format: 'jsonArray' } });
  refuses('hp,wt\n', 'JOB_INPUT_FORMAT', /expected JSON, got/, { name: 'x.jsonl' });
  assert.equal(detect('hp,wt\n', { name: 'x.jsonl', dialect: { format: 'csv' } }).format, 'csv');
});

test('keys that no JSON object of the head has are missing columns', () => {
  const missing = /missing column 'wt'; the input has 'hp', 'x'/;
  refuses('{"hp":1}\n{"x":2}\n', 'JOB_COLUMNS', missing);
  refuses('[{"hp":1},{"x":2}]', 'JOB_COLUMNS', missing);
  for (const text of ['{"hp":1}\n{"wt":2}', '[1,2]', 'oops', '{"hp":1']) {
    assert.equal(detect(text, { dialect: { format: 'jsonLines' } }).header, undefined, text);
  }
  for (const text of ['[{"hp":1},{"WT":2}]', '[[1,2]]', '[{"hp":']) {
    assert.equal(detect(text, { dialect: { format: 'jsonArray' } }).header, undefined, text);
  }
  const optional = [
    column('hp'),
    column('n', 'numeric', { nullable: true }),
    column('d', 'numeric', { default: 1 }),
  ];
  assert.equal(detect('{"hp":1}', { models: [optional], join: ['k'] }).format, 'jsonLines');
  assert.equal(detect('{"model":"a","hp":1}', { modelColumn: 'model' }).format, 'jsonLines');
});

test('named columns say the order of JSON records that are arrays', () => {
  const columns = ['wt', 'hp'];
  const dialect: Dialect = { columns, header: false };
  assert.deepEqual(detect('[[1,2]]', { dialect }).header, columns);
  refuses('[[1,2]]', 'JOB_COLUMNS', /missing column 'wt'/, { dialect: { columns: ['hp'], header: false } });
});
