import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelCountOf } from '../../../../shared/batch/service/serviceBatchQuery.js';
import { expectFault } from '../../../support/expectFault.js';

const asked = (text: string) => parallelCountOf(new URLSearchParams({ parallelCount: text }));

test('any whole number from 1 on is a parallelCount, cut at 100', () => {
  for (const [text, count] of [
    ['1', 1],
    ['007', 7],
    ['100', 100],
    ['101', 100],
    ['99999999999999999999', 100],
    ['9'.repeat(400), 100],
  ] as const) {
    assert.equal(asked(text), count, text);
  }
  for (const text of ['0', '-1', '1.5', '1e3', '', ' 1', 'ten'])
    expectFault(() => asked(text), { code: 'SCORE_ERR_JOB_OPTION', message: 'whole number from 1 on' });
});
