import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUploadRequest } from '../../../../shared/batch/submit/parseUploadRequest.js';
import { expectFault } from '../../../support/expectFault.js';
import { describe, rules } from './requests.js';

const parse = (body: unknown) => parseUploadRequest(Buffer.from(JSON.stringify(body)), rules);

test('an upload has the options of a job without input', async () => {
  const options = { service: 'iris', join: ['id'], delimiter: ';', notify: { queue: 'done' } };
  const { input, ...expected } = await describe({ ...options, input: { blob: 'a.csv' } });
  assert.equal(input.kind, 'blobs');
  assert.deepEqual(parse({ ...options, fileName: 'May 2026 (ü).csv' }), {
    options: expected,
    fileName: 'May 2026 (ü).csv',
    contentType: 'application/octet-stream',
  });
});

test('the content type, or else the name, tells the format', () => {
  const jsonLines = parse({
    service: 'a',
    fileName: 'rows',
    contentType: 'application/x-ndjson; charset=utf-8',
  });
  assert.deepEqual(jsonLines.options.dialect, { format: 'jsonLines' });
  assert.equal(jsonLines.options.outputFormat, 'jsonLines');
  assert.equal(jsonLines.contentType, 'application/x-ndjson');
  const gzip = parse({ service: 'a', fileName: 'rows.jsonl.gz', contentType: 'application/gzip' });
  assert.deepEqual(gzip.options.dialect, { gzip: true });
  assert.equal(gzip.options.outputFormat, 'jsonLines');
});

test('what breaks a rule is refused, and its key named', () => {
  const base = { service: 'a', fileName: 'a.csv' };
  const cases: readonly [string, unknown][] = [
    ['', []],
    ['/fileName', { service: 'a' }],
    ['/fileName', { ...base, fileName: '' }],
    ['/fileName', { ...base, fileName: '..' }],
    ['/fileName', { ...base, fileName: 'a/b.csv' }],
    ['/fileName', { ...base, fileName: 'a\\b.csv' }],
    ['/fileName', { ...base, fileName: 'a\r\nb' }],
    ['/fileName', { ...base, fileName: 'x'.repeat(201) }],
    ['/contentType', { ...base, contentType: 'text/html' }],
    ['/contentType', { ...base, contentType: 'csv' }],
    ['/contentType', { ...base, contentType: 5 }],
    ['/format', { ...base, contentType: 'text/csv', format: 'tsv' }],
    ['/gzip', { ...base, contentType: 'application/gzip', format: 'parquet' }],
    ['/input', { ...base, input: { blob: 'a' } }],
    ['/service', { fileName: 'a.csv' }],
    ['/parallelCount', { ...base, parallelCount: 0 }],
  ];
  for (const [pointer, body] of cases) {
    expectFault(() => parse(body), { code: 'SCORE_ERR_JOB_OPTION', pointer });
  }
  expectFault(() => parseUploadRequest(Buffer.from('{'), rules), { code: 'SCORE_ERR_BODY_SYNTAX' });
});
