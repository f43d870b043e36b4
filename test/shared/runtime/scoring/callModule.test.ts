import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callModule, ModuleFailure } from '../../../../shared/runtime/scoring/callModule.js';
import { TestClock } from '../../../support/testClock.js';

const place = { dir: __dirname };
const same = (answer: unknown) => answer;

test('an answer is taken at once or when its promise is kept', async () => {
  assert.equal(await callModule('before', place, () => 1, same), 1);
  assert.equal(await callModule('before', place, () => Promise.resolve(2), same), 2);
  // a thenable that is no Promise, as some clients of databases have
  const then = (kept: (value: number) => void) => {
    kept(3);
  };
  assert.equal(await callModule('before', place, () => ({ then }), same), 3);
});

test('whatever fails names the step: the function, its promise, what it answers', async () => {
  const fails = async (act: () => unknown, take = same) => {
    await assert.rejects(callModule('after', place, act, take), (error) => {
      assert.ok(error instanceof ModuleFailure);
      assert.equal(error.message, 'the scoring module failed in after: no');
      return true;
    });
  };
  await fails(() => {
    throw new Error('no');
  });
  await fails(() => Promise.reject(new Error('no')));
  await fails(
    () => 1,
    () => {
      throw new Error('no');
    },
  );
});

test('a promise that is never kept is given up', async () => {
  const clock = new TestClock();
  const never = callModule('before', { ...place, clock }, () => new Promise(() => undefined), same);
  clock.move(29_999);
  assert.equal(clock.alarms, 1);
  clock.move(1);
  await assert.rejects(never, {
    message: 'the scoring module failed in before: it did not come back within 30 s',
  });
});
