import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { ArchiveTurns } from '../../../../shared/batch/artifacts/archiveTurns.js';
import { expectRejection } from '../../../support/expectFault.js';
import { TestClock } from '../../../support/testClock.js';

/** Work that ends when it is told to. */
function work() {
  const seen: { begun: boolean; end: () => void } = { begun: false, end: () => undefined };
  const make = () =>
    new Promise<void>((resolve) => {
      seen.begun = true;
      seen.end = resolve;
    });
  return { seen, make };
}

function turnsOf(callsWait: () => boolean = () => false) {
  const clock = new TestClock();
  return { clock, turns: new ArchiveTurns({ clock, callsWait }) };
}

test('two archives are made at once, a third is told when to come again', async () => {
  const { turns } = turnsOf();
  const [a, b] = [work(), work()];
  const both = [turns.archive(a.make), turns.archive(b.make)];
  assert.deepEqual([a.seen.begun, b.seen.begun], [true, true]);
  const fault = await expectRejection(
    turns.archive(() => Promise.resolve()),
    { code: 'SCORE_ERR_QUEUE_FULL', message: '2 archives of artifacts are being made' },
  );
  assert.equal(fault.retryAfterS, 10);
  a.seen.end();
  await both[0];
  assert.equal(await turns.archive(() => Promise.resolve('third')), 'third');
  b.seen.end();
  await both[1];
});

test('an archive that fails makes room for others', async () => {
  const { turns } = turnsOf();
  for (let i = 0; i < 5; i++) {
    await assert.rejects(
      turns.archive(() => Promise.reject(new Error('gone'))),
      /gone/,
    );
  }
});

test('one item of all archives is in work at once', async () => {
  const { turns } = turnsOf();
  const items = [work(), work(), work()];
  const made = items.map(({ make }) => turns.item(make));
  for (const [i, { seen }] of items.entries()) {
    while (!seen.begun) await turn();
    assert.deepEqual(
      items.map((one) => one.seen.begun),
      items.map((_, at) => at <= i),
    );
    seen.end();
  }
  await Promise.all(made);
});

test('an item waits while calls wait', async () => {
  let callsWait = true;
  const { clock, turns } = turnsOf(() => callsWait);
  const { seen, make } = work();
  const made = turns.item(make);
  for (let i = 0; i < 10; i++) {
    await turn();
    clock.move(5);
  }
  await turn();
  assert.equal(seen.begun, false);
  callsWait = false;
  clock.move(5);
  await turn();
  assert.equal(seen.begun, true);
  seen.end();
  await made;
});

test('where calls wait without end an item goes ahead after 100 ms', async () => {
  const { clock, turns } = turnsOf(() => true);
  const { seen, make } = work();
  const made = turns.item(make);
  for (let ms = 0; ms < 95; ms += 5) {
    await turn();
    clock.move(5);
  }
  await turn();
  assert.equal(seen.begun, false);
  clock.move(5);
  await turn();
  assert.equal(seen.begun, true);
  seen.end();
  await made;
});
