import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { JobFailure } from '../../../../shared/batch/jobFailure.js';
import type { Dialect } from '../../../../shared/batch/job.js';
import { detectInput, headBytes } from '../../../../shared/batch/read/detectInput.js';
import type { JobCode } from '../../../../shared/errors/codes.js';
import { utf8 } from '../../../support/bytes.js';
import { column } from '../../../support/signatures.js';

const detect = (bytes: Uint8Array<ArrayBuffer>, dialect: Dialect = {}, name = 'data', isWhole = true) =>
  detectInput(bytes, isWhole, { name, dialect, models: [[column('hp'), column('wt')]], join: [] });

const gzip = (text: string | Uint8Array) => new Uint8Array(gzipSync(text));

async function refuses(found: Promise<unknown>, code: JobCode, message: RegExp): Promise<void> {
  await assert.rejects(found, (error) => {
    assert.ok(error instanceof JobFailure, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

test('Parquet is known by its first bytes', async () => {
  const bytes = utf8('PAR1\x15\x04');
  assert.deepEqual(await detect(bytes), { format: 'parquet', gzip: false });
  assert.deepEqual(await detect(bytes, { format: 'parquet' }), { format: 'parquet', gzip: false });
  await refuses(detect(bytes, { format: 'csv' }), 'JOB_INPUT_FORMAT', /got Parquet/);
  await refuses(detect(utf8('hp,wt\n'), { format: 'parquet' }), 'JOB_INPUT_FORMAT', /expected Parquet/);
  await refuses(detect(utf8('hp,wt\n'), {}, 'x.parquet'), 'JOB_INPUT_FORMAT', /expected Parquet/);
  await refuses(detect(new Uint8Array(0), {}, 'x.parquet'), 'JOB_INPUT_FORMAT', /expected Parquet/);
  await refuses(detect(gzip(bytes)), 'JOB_INPUT_FORMAT', /got Parquet/);
});

test('the text within gzip is looked at, and counted in its own bytes', async () => {
  const found = await detect(gzip('\ufeffhp;wt\n1;2\n'), {}, 'x.csv.gz');
  assert.deepEqual(found, {
    gzip: true,
    format: 'csv',
    text: { encoding: 'utf-8', delimiter: 0x3b, quote: 0x22, newline: 'lf' },
    header: ['hp', 'wt'],
    dataStart: 9,
    needsRewrite: false,
  });
  assert.equal((await detect(gzip('{"hp":1,"wt":2}'), { gzip: true })).format, 'jsonLines');
  assert.equal((await detect(utf8('hp,wt\n'))).gzip, false);
});

test('gzip that was said and does not come, or comes twice, is refused', async () => {
  await refuses(detect(utf8('hp,wt\n'), { gzip: true }), 'JOB_INPUT_FORMAT', /expected gzip/);
  await refuses(detect(gzip('hp,wt\n'), { gzip: false }), 'JOB_INPUT_FORMAT', /got gzip/);
  await refuses(detect(gzip(gzip('hp,wt\n'))), 'JOB_INPUT_FORMAT', /gzip/);
  assert.deepEqual((await detect(new Uint8Array(0), { gzip: true })).gzip, false);
});

test('a head of gzip that is cut, and one that grows beyond the head, are looked at as far as they go', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `${(i * 7919) % 9973},${(i * 31) % 997}`).join('\n');
  const bytes = gzip(`hp,wt\n${rows}`);
  const cut = await detect(bytes.slice(0, bytes.length >> 1), {}, 'data', false);
  assert.ok('header' in cut);
  assert.deepEqual(cut.header, ['hp', 'wt']);
  await refuses(
    detect(gzip(`"hp${' '.repeat(3 * headBytes)}`)),
    'JOB_RECORD_TOO_LONG',
    /does not end within/,
  );
});
