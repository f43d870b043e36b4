import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryDir } from '../support/temporaryDir.js';
import { runWithCrashes } from './crashes.js';
import { seededRandom } from './seededRandom.js';

test('an orchestration goes on after every SIGKILL of the host and ends exactly', async (t) => {
  const seed = Number(process.env.CRASH_SEED ?? Date.now() % 100_000);
  t.diagnostic(`CRASH_SEED=${seed}`);
  const { kills, needlessRuns } = await runWithCrashes(temporaryDir(t), 3, seededRandom(seed));
  assert.equal(kills, 3);
  assert.equal(needlessRuns, 0);
});
