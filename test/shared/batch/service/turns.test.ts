import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../../../shared/batch/service/turns.js';

test('of many works at once a few go on in each turn of the event loop', async () => {
  let inTurn = 0;
  let most = 0;
  let isOver = false;
  const nextTurn = () => {
    inTurn = 0;
    if (!isOver) setImmediate(nextTurn);
  };
  setImmediate(nextTurn);
  const work = async () => {
    const turns = new Turns();
    for (let times = 0; times < 10; times++) {
      await turns.take();
      most = Math.max(most, ++inTurn);
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  isOver = true;
  assert.ok(most <= 2, `${most} in one turn`);
});
