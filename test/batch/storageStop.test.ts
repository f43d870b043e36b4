import { test } from 'node:test';
import { crashJobs } from './crashJobs.js';
import { runWithStorageStop } from './storageStop.js';

test('a job goes on when its storage comes back', async (t) => {
  await runWithStorageStop(t, crashJobs.plain(), 2000);
});
