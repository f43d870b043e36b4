import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../../../shared/batch/job.js';
import { expectRejection } from '../../../support/expectFault.js';
import { describe } from './requests.js';

const input = { blob: 'in/a.csv' };
const base = { service: 'iris', input };

const plain: JobSpec = {
  services: [{ name: 'iris' }],
  input: { kind: 'blobs', container: 'uploads', names: ['in/a.csv'] },
  dialect: {},
  parallelCount: 10,
  join: [],
  outputFormat: 'csv',
  spreadsheetSafe: false,
  errorLimits: { rows: null, percent: null, chunks: 0 },
};

test('a description of the least gets every default', async () => {
  assert.deepEqual(await describe(base), plain);
});

test('what a description says is in the spec', async () => {
  const cases: readonly [Record<string, unknown>, Partial<JobSpec>][] = [
    [{ version: '2' }, { services: [{ name: 'iris', version: '2' }] }],
    [
      { service: undefined, services: ['a', 'b/1.0', { name: 'c' }, { name: 'd', version: '3' }, 'b/2'] },
      {
        services: [
          { name: 'a' },
          { name: 'b', version: '1.0' },
          { name: 'c' },
          { name: 'd', version: '3' },
          { name: 'b', version: '2' },
        ],
      },
    ],
    [
      { service: undefined, services: ['a'], modelColumn: 'Model name' },
      { services: [{ name: 'a' }], modelColumn: 'Model name' },
    ],
    [{ parallelCount: 100 }, { parallelCount: 100 }],
    [
      { input: { blobs: ['a', 'b'], container: 'inputs' } },
      { input: { kind: 'blobs', container: 'inputs', names: ['a', 'b'] } },
    ],
    [{ input: { prefix: 'day/' } }, { input: { kind: 'prefix', container: 'uploads', prefix: 'day/' } }],
    [
      { input: { prefix: '', pattern: '*.csv', container: 'inputs' } },
      { input: { kind: 'prefix', container: 'inputs', prefix: '', pattern: '*.csv' } },
    ],
    [{ join: '*' }, { join: '*' }],
    [{ join: ['id', '*', 'a,b'] }, { join: ['id', '*', 'a,b'] }],
    [{ outputFormat: 'parquet' }, { outputFormat: 'parquet' }],
    [{ spreadsheetSafe: true }, { spreadsheetSafe: true }],
    [
      { maxErrorRows: 0, maxErrorPercent: 0.5, maxFailedChunks: 3 },
      { errorLimits: { rows: 0, percent: 0.5, chunks: 3 } },
    ],
    [{ notify: { queue: 'done-1' } }, { notify: { queue: 'done-1' } }],
    [
      { notify: { webhook: 'https://HOOKS.example.com/x?y=1' } },
      { notify: { webhook: 'https://hooks.example.com/x?y=1' } },
    ],
    [
      {
        format: 'tsv',
        gzip: true,
        encoding: 'utf-16le',
        delimiter: ';',
        quote: null,
        comment: '//',
        header: true,
      },
      {
        dialect: {
          ...{ format: 'tsv', gzip: true, encoding: 'utf-16le' },
          ...{ delimiter: ';', quote: null, comment: '//', header: true },
        },
      },
    ],
    // an escape that is the quote itself is the default; names of columns mean no header
    [
      { quote: "'", escape: "'", columns: ['a', 'b'] },
      { dialect: { quote: "'", columns: ['a', 'b'], header: false } },
    ],
    [{ escape: '\\', delimiter: '\u{1f600}' }, { dialect: { escape: '\\', delimiter: '\u{1f600}' } }],
    [
      { format: 'jsonLines', gzip: true },
      { dialect: { format: 'jsonLines', gzip: true }, outputFormat: 'jsonLines' },
    ],
    [
      { format: 'jsonArray', outputFormat: 'csv' },
      { dialect: { format: 'jsonArray' }, outputFormat: 'csv' },
    ],
    [{ format: 'parquet' }, { dialect: { format: 'parquet' } }],
  ];
  for (const [said, expected] of cases) {
    const described = await describe({ ...base, ...said });
    assert.deepEqual(described, { ...plain, ...expected }, JSON.stringify(said));
  }
});

test('without a format the names of the inputs decide how results are written', async () => {
  const cases: readonly [unknown, JobSpec['outputFormat']][] = [
    [{ blobs: ['a.jsonl', 'b.NDJSON.gz', 'c.json'] }, 'jsonLines'],
    [{ blobs: ['a.jsonl', 'b.csv'] }, 'csv'],
    [{ blob: 'jsonl' }, 'csv'],
    [{ prefix: 'day/', pattern: '*.jsonl' }, 'jsonLines'],
    [{ prefix: 'day/', pattern: '*' }, 'csv'],
    [{ prefix: 'day/one.jsonl' }, 'jsonLines'],
  ];
  for (const [where, expected] of cases) {
    const { outputFormat } = await describe({ ...base, input: where });
    assert.equal(outputFormat, expected, JSON.stringify(where));
  }
});

const long = (length: number) => 'x'.repeat(length);
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);

test('what breaks a rule is refused, and its key named', async () => {
  const noService = { input };
  const cases: readonly [string, unknown][] = [
    ['/service', noService],
    ['/service', { ...base, service: 5 }],
    ['/service', { ...base, service: '' }],
    ['/service', { ...base, service: '../x' }],
    ['/service', { ...base, service: 'a/1' }],
    ['/service', { ...base, service: long(101) }],
    ['/version', { ...base, version: 2 }],
    ['/version', { ...base, version: '1/2' }],
    ['/service', { ...base, services: ['a'] }],
    ['/version', { ...noService, services: ['a'], version: '1' }],
    ['/services', { ...noService, services: [] }],
    ['/services', { ...noService, services: 'a' }],
    ['/services', { ...noService, services: many(21) }],
    ['/services/1', { ...noService, services: ['a', 5] }],
    ['/services/0', { ...noService, services: ['a/1/2'] }],
    ['/services/0', { ...noService, services: ['a/'] }],
    ['/services/0/name', { ...noService, services: [{ version: '1' }] }],
    ['/services/0/name', { ...noService, services: [{ name: 'a b' }] }],
    ['/services/0/version', { ...noService, services: [{ name: 'a', version: '' }] }],
    ['/services/0/vers', { ...noService, services: [{ name: 'a', vers: '1' }] }],
    ['/services/1', { ...noService, services: ['a/1', { name: 'a', version: '1' }] }],
    ['/services', { ...base, modelColumn: 'm' }],
    ['/services', { ...noService, modelColumn: 'm' }],
    ['/modelColumn', { ...noService, services: ['a'], modelColumn: '' }],
    ['/modelColumn', { ...noService, services: ['a'], modelColumn: long(501) }],
    ['/modelColumn', { ...noService, services: ['a'], modelColumn: '\ud800' }],
    ['/input', { service: 'a' }],
    ['/input', { ...base, input: 'in/a.csv' }],
    ['/input', { ...base, input: null }],
    ['/input', { ...base, input: {} }],
    ['/input', { ...base, input: { blob: 'a', prefix: 'b' } }],
    ['/input', { ...base, input: { blob: 'a', blobs: ['b'] } }],
    ['/input/url', { ...base, input: { url: 'https://x' } }],
    ['/input/__proto__', '{"service":"a","input":{"blob":"a","__proto__":1}}'],
    ['/input/pattern', { ...base, input: { blob: 'a', pattern: '*' } }],
    ['/input/pattern', { ...base, input: { prefix: 'a', pattern: '' } }],
    ['/input/pattern', { ...base, input: { prefix: 'a', pattern: long(1025) } }],
    ['/input/pattern', { ...base, input: { prefix: 'a', pattern: '\udc00' } }],
    ['/input/container', { ...base, input: { blob: 'a', container: 'batches' } }],
    ['/input/container', { ...base, input: { blob: 'a', container: '' } }],
    ['/input/blob', { ...base, input: { blob: '' } }],
    ['/input/blob', { ...base, input: { blob: long(1025) } }],
    ['/input/blob', { ...base, input: { blob: '../models/a' } }],
    ['/input/blob', { ...base, input: { blob: 'a/../b' } }],
    ['/input/blob', { ...base, input: { blob: 'a/..' } }],
    ['/input/blob', { ...base, input: { blob: './a' } }],
    ['/input/blob', { ...base, input: { blob: 'a\\b' } }],
    ['/input/blob', { ...base, input: { blob: 'a\0b' } }],
    ['/input/blob', { ...base, input: { blob: 'a\u0085b' } }],
    ['/input/blob', { ...base, input: { blob: '\ud83d' } }],
    ['/input/blobs', { ...base, input: { blobs: [] } }],
    ['/input/blobs', { ...base, input: { blobs: many(10_001) } }],
    ['/input/blobs/2', { ...base, input: { blobs: ['a', 'b', '..'] } }],
    ['/input/blobs/1', { ...base, input: { blobs: ['a', 7] } }],
    ['/input/blobs/2', { ...base, input: { blobs: ['a', 'b', 'a'] } }],
    ['/input/prefix', { ...base, input: { prefix: '../' } }],
    ['/parallelCount', { ...base, parallelCount: 0 }],
    ['/parallelCount', { ...base, parallelCount: 101 }],
    ['/parallelCount', { ...base, parallelCount: 1.5 }],
    ['/parallelCount', { ...base, parallelCount: '10' }],
    ['/parallelCount', { ...base, parallelCount: null }],
    ['/format', { ...base, format: 'CSV' }],
    ['/gzip', { ...base, gzip: 'true' }],
    ['/gzip', { ...base, format: 'parquet', gzip: true }],
    ['/encoding', { ...base, encoding: 'latin1' }],
    ['/encoding', { ...base, format: 'parquet', encoding: 'utf-8' }],
    ['/delimiter', { ...base, delimiter: '' }],
    ['/delimiter', { ...base, delimiter: '||' }],
    ['/delimiter', { ...base, delimiter: '\n' }],
    ['/delimiter', { ...base, delimiter: '\ud800' }],
    ['/delimiter', { ...base, format: 'jsonLines', delimiter: ',' }],
    ['/quote', { ...base, quote: '' }],
    ['/quote', { ...base, quote: '«' }],
    ['/quote', { ...base, delimiter: ';', quote: ';' }],
    ['/quote', { ...base, format: 'tsv', quote: '\t' }],
    ['/escape', { ...base, escape: '\\\\' }],
    ['/escape', { ...base, escape: ',', delimiter: ',' }],
    ['/escape', { ...base, escape: '\\', quote: null }],
    ['/comment', { ...base, comment: '' }],
    ['/comment', { ...base, comment: '#\n' }],
    ['/comment', { ...base, comment: long(11) }],
    ['/comment', { ...base, comment: ';x', delimiter: ';' }],
    ['/header', { ...base, header: 'true' }],
    ['/header', { ...base, format: 'jsonArray', header: true }],
    ['/columns', { ...base, columns: [] }],
    ['/columns', { ...base, columns: ['a'], header: true }],
    ['/columns', { ...base, columns: many(10_001) }],
    ['/columns', { ...base, format: 'parquet', columns: ['a'] }],
    ['/columns/1', { ...base, columns: ['a', ''] }],
    ['/columns/2', { ...base, columns: ['a', 'b', 'a'] }],
    ['/join', { ...base, join: 'id' }],
    ['/join', { ...base, join: many(1001) }],
    ['/join/0', { ...base, join: [1] }],
    ['/join/1', { ...base, join: ['a', 'a'] }],
    ['/join/0', { ...base, join: [long(501)] }],
    ['/outputFormat', { ...base, outputFormat: 'tsv' }],
    ['/spreadsheetSafe', { ...base, spreadsheetSafe: 1 }],
    ['/maxErrorRows', { ...base, maxErrorRows: -1 }],
    ['/maxErrorRows', { ...base, maxErrorRows: 2 ** 53 }],
    ['/maxErrorPercent', { ...base, maxErrorPercent: 100.1 }],
    ['/maxErrorPercent', '{"service":"a","input":{"blob":"a"},"maxErrorPercent":1e999}'],
    ['/maxFailedChunks', { ...base, maxFailedChunks: null }],
    ['/notify', { ...base, notify: {} }],
    ['/notify', { ...base, notify: 'https://hooks.example.com/' }],
    ['/notify', { ...base, notify: { queue: 'abc', webhook: 'https://hooks.example.com/' } }],
    ['/notify/email', { ...base, notify: { email: 'a@b' } }],
    ['/paralelCount', { ...base, paralelCount: 5 }],
    ['/fileName', { ...base, fileName: 'a' }],
    ['/constructor', { ...base, constructor: 5 }],
    ['/__proto__', '{"service":"a","input":{"blob":"a"},"__proto__":{"version":"1"}}'],
    ['/a~1b', { ...base, 'a/b': 1 }],
  ];
  for (const [pointer, description] of cases) {
    const error = await expectRejection(describe(description), { code: 'SCORE_ERR_JOB_OPTION', pointer });
    assert.ok(error.message.startsWith(`${pointer}: `), error.message);
    assert.ok(error.message.length < 400, `${pointer}: ${error.message.length} characters`);
  }
});

test('all keys at fault are named, twenty at most', async () => {
  const few = await expectRejection(describe({ ...base, join: [1], parallelCount: 0, xx: 1 }), {
    code: 'SCORE_ERR_JOB_OPTION',
  });
  assert.deepEqual(few.places.map(({ pointer }) => pointer).sort(), ['/join/0', '/parallelCount', '/xx']);
  for (const hostile of [
    { ...base, ...Object.fromEntries(many(5000).map((key) => [key, 1])) },
    { ...base, services: Array(20).fill({ x: 1, y: 2 }) },
  ]) {
    const error = await expectRejection(describe(hostile), { code: 'SCORE_ERR_JOB_OPTION' });
    assert.equal(error.places.length, 20);
  }
});

test('a list that is too long is refused before its elements are looked at', async () => {
  const join = Array(200_000).fill(1);
  const error = await expectRejection(describe({ ...base, join }), { code: 'SCORE_ERR_JOB_OPTION' });
  assert.deepEqual(error.places, [{ pointer: '/join', message: 'expected array to have <=1000 items' }]);
});

test('a body that is no description is refused by its form', async () => {
  await expectRejection(describe('{"service":'), { code: 'SCORE_ERR_BODY_SYNTAX' });
  await expectRejection(describe(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`), {
    code: 'SCORE_ERR_BODY_DEPTH',
  });
  await expectRejection(describe(Uint8Array.of(0x7b, 0xff)), { code: 'SCORE_ERR_BODY_ENCODING' });
  await expectRejection(describe({ ...base, x: long(512 * 1024) }), { code: 'SCORE_ERR_BODY_TOO_LARGE' });
});

test('10,000 blobs of one job are taken', async () => {
  const names = many(10_000).map((name) => `day/2026-01-01/${name}.csv`);
  const described = await describe({ ...base, input: { blobs: names } });
  assert.deepEqual(described.input, { kind: 'blobs', container: 'uploads', names });
});

test('a description takes no options in the query', async () => {
  for (const query of ['version=1', 'parallelCount=5', 'service=iris']) {
    await expectRejection(describe(base, { query: new URLSearchParams(query) }), {
      code: 'SCORE_ERR_JOB_OPTION',
      pointer: `/${query.split('=')[0] as string}`,
      message: 'are in the body',
    });
  }
});
