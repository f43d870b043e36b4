import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../durable/seededRandom.js';
import { startCrashBed } from './crashBed.js';
import { killAtRandom } from './crashes.js';
import { crashJobs } from './crashJobs.js';

test('a job goes on after every SIGKILL of the host and ends exactly', async (t) => {
  const seed = Number(process.env.CRASH_SEED ?? Date.now() % 100_000);
  t.diagnostic(`CRASH_SEED=${seed}`);
  const bed = await startCrashBed(t);
  const kinds = [['quoted', crashJobs.quoted(3)] as const];
  const how = { wanted: 4, mostMs: 500, random: seededRandom(seed) };
  let kills = 0;
  for await (const job of killAtRandom(bed, bed.host, kinds, how)) kills += job.kills;
  assert.equal(kills, 4);
});
