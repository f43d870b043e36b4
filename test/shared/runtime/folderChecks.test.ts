import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelFolder } from '../../../shared/models/modelFolder.js';
import { FolderChecks } from '../../../shared/runtime/folderChecks.js';
import { expectRejection } from '../../support/expectFault.js';
import { fixtureDir } from '../../support/project.js';
import { ended, liveThreads } from '../../support/startServices.js';

const limits = { timeoutMs: 20_000, memoryMiB: 1000 };

const folder = (fixture: string): ModelFolder => ({
  ...{ name: fixture, version: '1.0.0', dir: fixtureDir(fixture), fingerprint: '' },
});

test('folders are read and run in a process each, and the thread ends behind the last one', async () => {
  const checks = new FolderChecks(limits);
  const [add, deep, matrix] = await Promise.allSettled(
    ['add', 'deep-functions', 'matrix'].map((fixture) => checks.check(folder(fixture))),
  );
  assert.ok(add?.status === 'fulfilled' && add.value.signature.inputs.length === 2);
  assert.ok(matrix?.status === 'fulfilled' && matrix.value.name === 'matrix');
  assert.ok(deep?.status === 'rejected');
  assert.match(String(deep.reason), /ended the process/);
  await ended();
  assert.equal(liveThreads.size, 0);
  assert.equal((await checks.check(folder('add'))).name, 'add');
  await ended();
});

test('what does not come back in time is given up', async () => {
  const checks = new FolderChecks({ ...limits, timeoutMs: 1500 });
  const fault = { code: 'SCORE_ERR_MODEL_CHECK', message: 'within 1.5 s' } as const;
  await expectRejection(checks.check(folder('endless-loop')), fault);
  await ended();
});

test('at the end of the app what is being checked is given up at once, and nothing more is taken', async () => {
  const checks = new FolderChecks(limits);
  const checking = expectRejection(checks.check(folder('endless-loop')), { code: 'SCORE_ERR_DRAINING' });
  checks.close();
  await checking;
  await expectRejection(checks.check(folder('add')), { code: 'SCORE_ERR_DRAINING' });
  await ended();
});
