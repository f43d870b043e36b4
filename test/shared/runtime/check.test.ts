import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ErrorCode } from '../../../shared/errors/codes.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { projectRoot } from '../../support/project.js';
import { consume } from '../../support/scoreCalls.js';
import { liveChildren, startServices } from '../../support/startServices.js';
import { temporaryDir } from '../../support/temporaryDir.js';

const broken: Readonly<Record<string, readonly [ErrorCode, RegExp]>> = {
  bfloat16: ['SCORE_ERR_MODEL_SIGNATURE', /input 'x' has bfloat16/],
  'deep-functions': ['SCORE_ERR_MODEL_CHECK', /ended the process \(SIG/],
  empty: ['SCORE_ERR_MODEL_FILE_INVALID', /is empty/],
  'endless-loop': ['SCORE_ERR_MODEL_CHECK', /did not come back within/],
  'external-escape': ['SCORE_ERR_MODEL_EXTERNAL_DATA', /outside the model folder/],
  'future-opset': ['SCORE_ERR_MODEL_LOAD', /opset/i],
  'random-bytes': ['SCORE_ERR_MODEL_FILE_INVALID', /not a usable ONNX file/],
  'sequence-input': ['SCORE_ERR_MODEL_SIGNATURE', /input 'x' is no tensor/],
  'shape-mismatch': ['SCORE_ERR_MODEL_LOAD', /dimension|shape/i],
  truncated: ['SCORE_ERR_MODEL_FILE_INVALID', /not a usable ONNX file/],
  'unknown-operator': ['SCORE_ERR_MODEL_LOAD', /Frobnicate|com\.example/],
};

test('broken models are listed with a readable reason, while others serve', async (t) => {
  const root = fixturesDir(t, 'add', ...Object.keys(broken));
  const services = await startServices(t, root, { WARMSTART_CHECK_TIMEOUT_MS: '6000' });
  assert.deepEqual(await consume(services, 'add', { a: 1, b: 2 }), { sum: 3 });
  for (const [name, [code, message]] of Object.entries(broken)) {
    const { state, reason } = await services.catalog.find(name);
    assert.equal(state, 'UNAVAILABLE', name);
    assert.ok(reason, name);
    assert.equal(reason.code, code, `${name}: ${reason.message}`);
    assert.match(reason.message, message, name);
    assert.ok(reason.message.length < 500 && !reason.message.includes('\n'), name);
    for (const place of [root, projectRoot, path.basename(root), 'onnxruntime_src', '.cc:']) {
      assert.ok(!reason.message.includes(place), `${name} shows a place: ${reason.message}`);
    }
  }
  for (const child of liveChildren) assert.ok(child.killed, 'a check process runs on');
  assert.deepEqual(await consume(services, 'add', { a: 2, b: 2 }), { sum: 4 });
});

test('a model over the memory limit of the check is kept out', async (t) => {
  if (process.platform !== 'linux') {
    t.skip('memory of other processes is read on Linux alone');
    return;
  }
  const environment = { WARMSTART_CHECK_MEMORY_MIB: '64', WARMSTART_CHECK_TIMEOUT_MS: '30000' };
  const services = await startServices(t, fixturesDir(t, 'endless-loop'), environment);
  const { reason } = await services.catalog.find('endless-loop');
  assert.equal(reason?.code, 'SCORE_ERR_MODEL_CHECK');
  assert.match(reason.message, /over 64 MiB of memory/);
});

test('a pass is remembered in the state folder, a failure is not', async (t) => {
  const stateDir = temporaryDir(t);
  const root = fixturesDir(t, 'add', 'unknown-operator');
  const services = await startServices(t, root, {}, { stateDir });
  const { sha256 } = await services.catalog.plan('add');
  assert.equal((await services.catalog.find('unknown-operator')).state, 'UNAVAILABLE');
  const file = JSON.parse(readFileSync(path.join(stateDir, 'checked-models.json'), 'utf8')) as {
    passed: string[];
  };
  assert.deepEqual(file.passed, [sha256]);
});

test('a model that has passed is not checked again', async (t) => {
  const stateDir = temporaryDir(t);
  const root = fixturesDir(t, 'add');
  const first = await startServices(t, root, {}, { stateDir });
  await first.catalog.plan('add');
  // a check would fail now: nothing runs within this memory
  const second = await startServices(t, root, { WARMSTART_CHECK_MEMORY_MIB: '64' }, { stateDir });
  assert.equal((await second.catalog.plan('add')).name, 'add');
});

test('a few models are checked at once, however many are new', async (t) => {
  const names = [
    'add',
    'matrix',
    'image',
    'no-batch',
    'fixed-batch',
    'scalar-output',
    'optional-input',
    'int64-identity',
  ];
  let most = 0;
  const count = () => (most = Math.max(most, liveChildren.size));
  subscribe('child_process', count);
  t.after(() => void unsubscribe('child_process', count));
  const services = await startServices(t, fixturesDir(t, ...names));
  for (const name of names) await services.catalog.plan(name);
  assert.ok(most >= 1 && most <= 4, `${most} check processes at once`);
});
