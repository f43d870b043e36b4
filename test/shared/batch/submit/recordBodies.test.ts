import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Dialect } from '../../../../shared/batch/job.js';
import type { ErrorCode } from '../../../../shared/errors/codes.js';
import { expectRejection } from '../../../support/expectFault.js';
import { describe, send } from './requests.js';

test('the content type tells the format, and the body is hashed as it came', async () => {
  const cases: readonly [string | undefined, Dialect['format'], string][] = [
    ['application/json', 'jsonArray', '[[1]]'],
    ['application/json; charset=utf-8', 'jsonArray', '\ufeff \r\n\t[{"a":1}]'],
    [undefined, 'jsonArray', '[]'],
    ['application/jsonl', 'jsonLines', '{"a":1}'],
    ['application/jsonlines', 'jsonLines', '{"a":1}'],
    ['application/x-ndjson', 'jsonLines', '{"a":1}'],
    ['application/x-jsonlines', 'jsonLines', '{"a":1}'],
    ['Text/CSV; charset="UTF-8"', 'csv', 'a\n1'],
    ['text/tab-separated-values', 'tsv', 'a\n1'],
    ['application/vnd.apache.parquet', 'parquet', 'PAR1'],
  ];
  for (const [contentType, format, body] of cases) {
    const { input, dialect, outputFormat } = await send('service=iris', contentType, body);
    assert.deepEqual(dialect, { format });
    assert.deepEqual(input, {
      kind: 'body',
      contentType: contentType?.split(';')[0]?.toLowerCase() ?? 'application/json',
      sizeBytes: Buffer.byteLength(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    });
    assert.equal(outputFormat, format === 'jsonArray' || format === 'jsonLines' ? 'jsonLines' : 'csv');
  }
});

test('a large body gets the hash of all its slices', async () => {
  const body = Buffer.alloc(20 * 2 ** 20 + 1, 'row,');
  const { input } = await send('service=iris', 'text/csv', body);
  assert.ok(input.kind === 'body');
  assert.equal(input.sha256, createHash('sha256').update(body).digest('hex'));
});

test('records are not parsed', async () => {
  await send('service=iris', 'application/json', '[ this is no JSON');
  await send('service=iris', 'application/jsonl', Uint8Array.of(0xff, 0x00));
  await send('service=iris', 'application/vnd.apache.parquet', 'no parquet');
});

test('gzip comes as content encoding, as type or as option', async () => {
  const body = gzipSync('a\n1\n');
  const gzipped = { format: 'csv', gzip: true };
  assert.deepEqual((await send('service=a', 'text/csv', body, 'gzip')).dialect, gzipped);
  assert.deepEqual((await send('service=a&gzip=true', 'text/csv', body, 'GZIP')).dialect, gzipped);
  assert.deepEqual((await send('service=a&gzip=true', 'text/csv', body)).dialect, gzipped);
  assert.deepEqual((await send('service=a&format=csv', 'application/gzip', body)).dialect, gzipped);
  // what gzip holds cannot be seen: never a description
  const wrapped = await send('service=a', 'application/json', gzipSync('[]'), 'gzip');
  assert.deepEqual(wrapped.dialect, { format: 'jsonArray', gzip: true });
  assert.deepEqual((await send('service=a', 'text/csv', body, 'identity')).dialect, { format: 'csv' });
});

test('a charset tells the encoding', async () => {
  const little = Buffer.from('\ufeffa\n1\n', 'utf16le');
  const big = Buffer.from(little).swap16();
  const encodingOf = async (charset: string, body: Uint8Array, encoding?: string) =>
    (await send('service=a', `text/csv; charset=${charset}`, body, encoding)).dialect.encoding;
  assert.equal(await encodingOf('utf-16', little), 'utf-16le');
  assert.equal(await encodingOf('UTF-16', big), 'utf-16be');
  assert.equal(await encodingOf('utf-16le', little.subarray(2)), 'utf-16le');
  assert.equal(await encodingOf('utf-16be', big.subarray(2)), 'utf-16be');
  assert.equal(await encodingOf('us-ascii', Buffer.from('a\n')), undefined);
  // the byte order mark lies within
  assert.equal(await encodingOf('utf-16', gzipSync(little), 'gzip'), undefined);
});

test('text/csv says whether there is a header', async () => {
  assert.deepEqual((await send('service=a', 'text/csv; header=absent')).dialect, {
    format: 'csv',
    header: false,
  });
  assert.deepEqual((await send('service=a', 'text/csv; header=present')).dialect, {
    format: 'csv',
    header: true,
  });
});

test('a body that cannot be used is refused with its reason', async () => {
  const cases: readonly [ErrorCode, string, Parameters<typeof send>][] = [
    ['SCORE_ERR_BODY_EMPTY', '', ['service=a', 'text/csv', '']],
    ['SCORE_ERR_BODY_EMPTY', '', ['service=a', 'application/json', '']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'text/plain', ['service=a', 'text/plain']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'octet-stream', ['service=a', 'application/octet-stream']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'urlencoded', ['service=a', 'application/x-www-form-urlencoded']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'got csv', ['service=a', 'csv']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', '', ['service=a', '']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', '', ['service=a', `text/csv; ${'x'.repeat(400)}`]],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'got br', ['service=a', 'text/csv', 'a', 'br']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'got gzip, gzip', ['service=a', 'text/csv', 'a', 'gzip, gzip']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'two', ['service=a&format=csv', 'application/gzip', 'a', 'gzip']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'latin1', ['service=a', 'text/csv; charset=latin1']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'byte order mark', ['service=a', 'text/csv; charset=utf-16']],
    ['SCORE_ERR_BODY_MEDIA_TYPE', 'utf-16', ['service=a', 'application/json; charset=utf-16', '[']],
    ['SCORE_ERR_BODY_SYNTAX', 'JSON array', ['service=a', 'application/json', 'a,b']],
    ['SCORE_ERR_BODY_SYNTAX', 'JSON array', ['service=a', 'application/json', '   ']],
    ['SCORE_ERR_BODY_SYNTAX', 'JSON array', ['service=a', 'application/json', `${' '.repeat(70_000)}[]`]],
  ];
  for (const [code, message, request] of cases) await expectRejection(send(...request), { code, message });
});

test('options that the headers contradict are refused, and named', async () => {
  const cases: readonly [string, Parameters<typeof send>][] = [
    ['/format', ['service=a&format=tsv', 'text/csv']],
    ['/format', ['service=a', 'application/gzip']],
    ['/format', ['service=a&format=jsonLines', 'application/json', '[]']],
    ['/gzip', ['service=a&gzip=false', 'text/csv', 'a', 'gzip']],
    ['/gzip', ['service=a', 'application/vnd.apache.parquet', 'a', 'gzip']],
    ['/encoding', ['service=a&encoding=utf-8', 'text/csv; charset=utf-16le']],
    ['/header', ['service=a&header=true', 'text/csv; header=absent']],
    ['/delimiter', ['service=a&delimiter=;', 'application/jsonl']],
  ];
  for (const [pointer, request] of cases) {
    await expectRejection(send(...request), { code: 'SCORE_ERR_JOB_OPTION', pointer });
  }
});

test('JSON that begins with a brace describes a job, whatever the length of the blanks before it', async () => {
  const description = JSON.stringify({ service: 'iris', input: { blob: 'a.csv' } });
  const described = await describe(`\ufeff${' '.repeat(60_000)}${description}`);
  assert.equal(described.input.kind, 'blobs');
  assert.deepEqual(await describe(description, { contentType: undefined }), described);
  await expectRejection(send('service=iris', 'application/json', '{"a":1}'), {
    code: 'SCORE_ERR_JOB_OPTION',
    pointer: '/service',
    message: 'records come as a JSON array',
  });
});
