import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { FreshLook } from '../../../shared/storage/freshLook.js';
import { TestClock } from '../../support/testClock.js';

/** Looks that end when the test says so. */
class Looks {
  readonly ends: ((error?: Error) => void)[] = [];
  readonly look = () =>
    new Promise<void>((resolve, reject) => {
      this.ends.push((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
}

const unavailable = () => new ScoringError('SCORE_ERR_STORAGE_UNAVAILABLE', 'it is gone');

function make(): { readonly clock: TestClock; readonly looks: Looks; readonly fresh: FreshLook } {
  const clock = new TestClock();
  const looks = new Looks();
  return { clock, looks, fresh: new FreshLook(clock, looks.look) };
}

test('many who ask at once wait for one look', async () => {
  const { looks, fresh } = make();
  const asked = Array.from({ length: 10 }, () => fresh.look(1000));
  assert.equal(looks.ends.length, 1);
  looks.ends[0]?.();
  assert.deepEqual(
    await Promise.all(asked),
    Array.from({ length: 10 }, () => undefined),
  );
});

test('its age counts from when the look began, not from its answer', async () => {
  const { clock, looks, fresh } = make();
  const asked = fresh.look(10_000);
  clock.move(3000);
  looks.ends[0]?.();
  await asked;
  assert.ok(fresh.isCurrent(5000));
  clock.move(2000);
  assert.ok(!fresh.isCurrent(5000));
});

test('who has waited long enough is told so, and until a look succeeds nobody waits any more', async () => {
  const { clock, looks, fresh } = make();
  const asked = fresh.look(1000);
  clock.move(1000);
  assert.equal((await asked)?.code, 'SCORE_ERR_STORAGE_UNAVAILABLE');
  assert.equal((await fresh.look(1000))?.code, 'SCORE_ERR_STORAGE_UNAVAILABLE');
  assert.equal(looks.ends.length, 1);
  looks.ends[0]?.();
  await new Promise(setImmediate);
  assert.ok(fresh.isCurrent(5000));
  const next = fresh.look(1000);
  assert.equal(looks.ends.length, 2);
  looks.ends[1]?.();
  assert.equal(await next, undefined);
});

test('a look that failed is repeated after a second, without anybody waiting for it', async () => {
  const { clock, looks, fresh } = make();
  const asked = fresh.look(1000);
  looks.ends[0]?.(unavailable());
  assert.equal((await asked)?.message, 'it is gone');
  assert.equal((await fresh.look(1000))?.message, 'it is gone');
  assert.equal(looks.ends.length, 1);
  clock.move(1000);
  assert.equal((await fresh.look(1000))?.message, 'it is gone');
  assert.equal(looks.ends.length, 2);
  looks.ends[1]?.();
  await new Promise(setImmediate);
  assert.ok(fresh.isCurrent(1000));
});

test('what is no fault of storage keeps its cause', async () => {
  const { looks, fresh } = make();
  const asked = fresh.look(1000);
  const cause = new TypeError('a slip');
  looks.ends[0]?.(cause);
  const fault = await asked;
  assert.deepEqual([fault?.code, fault?.cause], ['SCORE_ERR_INTERNAL', cause]);
});
