import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScheduleRequest } from '../../../../shared/batch/schedules/parseScheduleRequest.js';
import { expectFault } from '../../../support/expectFault.js';
import { describe, rules } from '../submit/requests.js';

const parse = (body: unknown, id = 'nightly') =>
  parseScheduleRequest(Buffer.from(JSON.stringify(body)), { service: 'iris', id }, rules);

const input = { prefix: 'day/', pattern: '*.csv' };
const base = { cron: '0 0 3 * * *', input };

test('a schedule is a job description with a cron, for the service of the path', async () => {
  const options = await describe({ service: 'iris', input });
  assert.deepEqual(parse(base), { cron: '0 0 3 * * *', enabled: true, options });
  assert.deepEqual(parse({ ...base, enabled: false, service: 'iris' }), {
    cron: base.cron,
    enabled: false,
    options,
  });
  assert.deepEqual(parse({ ...base, version: '2' }).options.services, [{ name: 'iris', version: '2' }]);
  assert.deepEqual(parse({ ...base, services: ['other', 'iris/1'] }).options.services, [
    { name: 'other' },
    { name: 'iris', version: '1' },
  ]);
});

test('what breaks a rule is refused, and its key named', () => {
  const cases: readonly [string, unknown][] = [
    ['/cron', { input }],
    ['/cron', { ...base, cron: '' }],
    ['/cron', { ...base, cron: 'daily' }],
    ['/cron', { ...base, cron: '0 0 24 * * *' }],
    ['/cron', { ...base, cron: '0 0 0 30 2 *' }],
    ['/cron', { ...base, cron: '*,'.repeat(200) }],
    ['/enabled', { ...base, enabled: 'yes' }],
    ['/input', { cron: base.cron }],
    ['/input', { ...base, input: { blob: 'a.csv' } }],
    ['/input/container', { ...base, input: { ...input, container: 'state' } }],
    ['/service', { ...base, service: 'other' }],
    ['/services', { ...base, services: ['other'] }],
    ['/services', { ...base, modelColumn: 'm' }],
    ['/options', { ...base, options: {} }],
    ['/parallelCount', { ...base, parallelCount: 1000 }],
  ];
  for (const [pointer, body] of cases) {
    expectFault(() => parse(body), { code: 'SCORE_ERR_JOB_OPTION', pointer });
  }
  for (const id of ['', '..', 'a/b', 'x'.repeat(101)]) {
    expectFault(() => parse(base, id), { code: 'SCORE_ERR_JOB_OPTION', message: 'the id of a schedule' });
  }
});
