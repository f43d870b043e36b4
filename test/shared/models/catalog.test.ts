import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { inspectModel } from '../../../shared/models/inspectModel.js';
import { Catalog, type CatalogOptions } from '../../../shared/models/catalog.js';
import type { ModelPlan } from '../../../shared/models/modelPlan.js';
import { expectRejection } from '../../support/expectFault.js';
import { modelsDirWith, putModel, type ModelSource } from '../../support/modelsDir.js';
import { temporaryDir } from '../../support/temporaryDir.js';
import { TestClock } from '../../support/testClock.js';

interface Opened {
  readonly catalog: Catalog;
  readonly root: string;
  readonly clock: TestClock;
  /** `<name>/<version>` of every plan that was retired. */
  readonly retired: ModelPlan[];
}

/** A started catalog whose models pass their check, unless `options` says otherwise. */
async function open(
  t: TestContext,
  models: Readonly<Record<string, ModelSource>>,
  options: Partial<CatalogOptions> = {},
): Promise<Opened> {
  const root = modelsDirWith(t, models);
  const clock = new TestClock();
  const retired: ModelPlan[] = [];
  const catalog = new Catalog({
    modelsDir: root,
    clock,
    waitMs: 1000,
    inspect: inspectModel,
    check: () => Promise.resolve(),
    onFault: (text) => {
      throw new Error(text);
    },
    onRetired: (plan) => retired.push(plan),
    ...options,
  });
  t.after(() => {
    catalog.close();
  });
  await catalog.start();
  return { catalog, root, clock, retired };
}

const add: ModelSource = { fixture: 'add' };
const states = async (catalog: Catalog) => {
  await Promise.allSettled(catalog.list().map(({ name, version }) => catalog.find(name, version)));
  return catalog.list().map(({ name, version, state }) => `${name}/${version} ${state}`);
};

test('the newest version is served, by number and not by letter', async (t) => {
  const { catalog } = await open(t, { 'm/1.9.0': add, 'm/1.10.0': add, 'm/1.2.0': add });
  assert.equal((await catalog.plan('m')).version, '1.10.0');
  assert.deepEqual(
    catalog.list().map(({ version }) => version),
    ['1.2.0', '1.9.0', '1.10.0'],
  );
});

test('a newest version that cannot be served gives way to the one before', async (t) => {
  const { catalog } = await open(t, { 'm/1.0.0': add, 'm/2.0.0': { fixture: 'truncated' } });
  assert.equal((await catalog.plan('m')).version, '1.0.0');
  await expectRejection(catalog.plan('m', '2.0.0'), { code: 'SCORE_ERR_MODEL_UNAVAILABLE' });
});

test('unknown names and versions are told apart', async (t) => {
  const { catalog } = await open(t, { 'm/1.0.0': add });
  await expectRejection(catalog.plan('M'), { code: 'SCORE_ERR_MODEL_NOT_FOUND', message: "no model 'M'" });
  await expectRejection(catalog.plan('m', '1'), {
    code: 'SCORE_ERR_VERSION_NOT_FOUND',
    message: "no version '1'",
  });
  for (const name of ['..', '__proto__', 'constructor', '\ud800', 'x'.repeat(5000)]) {
    const fault = await expectRejection(catalog.plan(name), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
    assert.ok(fault.message.length < 200 && fault.message.isWellFormed());
    await expectRejection(catalog.plan('m', name), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
  }
});

test('broken folders are listed with code and reason, without any path, and the others serve', async (t) => {
  const { catalog, root } = await open(t, {
    'good/1': add,
    'missing/1': {},
    'noise/1': { fixture: 'random-bytes' },
    'columns/1': { fixture: 'add', modelJson: { columns: [{ name: 'q' }] } },
    'typo/1': { fixture: 'add', modelJson: { colums: [] } },
    'escape/1': { fixture: 'external-escape' },
    'sequence/1': { fixture: 'sequence-input' },
    'flat/': add,
    'bad name/1': add,
  });
  await states(catalog);
  const reasons = Object.fromEntries(catalog.list().map((entry) => [entry.name, entry.reason?.code]));
  assert.deepEqual(reasons, {
    good: undefined,
    missing: 'SCORE_ERR_MODEL_FILE_MISSING',
    noise: 'SCORE_ERR_MODEL_FILE_INVALID',
    columns: 'SCORE_ERR_MODEL_COLUMNS',
    typo: 'SCORE_ERR_MODEL_JSON',
    escape: 'SCORE_ERR_MODEL_EXTERNAL_DATA',
    sequence: 'SCORE_ERR_MODEL_SIGNATURE',
    flat: 'SCORE_ERR_MODEL_NAME',
    'bad name': 'SCORE_ERR_MODEL_NAME',
  });
  for (const { name, state, reason } of catalog.list()) {
    assert.equal(state, name === 'good' ? 'READY' : 'UNAVAILABLE');
    assert.ok(!JSON.stringify(reason ?? {}).includes(path.basename(root)));
  }
  const fault = await expectRejection(catalog.plan('typo'), {
    code: 'SCORE_ERR_MODEL_UNAVAILABLE',
    message: 'colums',
  });
  assert.match(fault.message, /SCORE_ERR_MODEL_JSON/);
});

test('a model that fails its check is listed with the reason of the check', async (t) => {
  const check = ({ name }: ModelPlan) =>
    name === 'bad'
      ? Promise.reject(new ScoringError('SCORE_ERR_MODEL_CHECK', 'it crashed'))
      : Promise.resolve();
  const { catalog } = await open(t, { 'bad/1': add, 'good/1': add }, { check });
  assert.deepEqual(await states(catalog), ['bad/1 UNAVAILABLE', 'good/1 READY']);
  await expectRejection(catalog.plan('bad'), { code: 'SCORE_ERR_MODEL_UNAVAILABLE', message: 'it crashed' });
});

test('a version that is being checked is LOADING, and a call for it waits', async (t) => {
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  const { catalog } = await open(t, { 'm/1': add }, { check: () => passed });
  assert.deepEqual(
    catalog.list().map(({ state }) => state),
    ['LOADING'],
  );
  const plan = catalog.plan('m');
  await new Promise(setImmediate);
  pass();
  assert.equal((await plan).version, '1');
  assert.deepEqual(
    catalog.list().map(({ state }) => state),
    ['READY'],
  );
});

test('a call for a version that is checked for long is told to come again', async (t) => {
  const { catalog, clock } = await open(
    t,
    { 'm/1': add },
    { check: () => new Promise<void>(() => undefined) },
  );
  const calls = [catalog.plan('m'), catalog.plan('m', '1')].map((call) =>
    expectRejection(call, { code: 'SCORE_ERR_MODEL_LOADING' }),
  );
  const alarms = () => clock.alarms;
  while (alarms() < 2) await new Promise(setImmediate);
  clock.move(1000);
  for (const fault of await Promise.all(calls)) assert.ok((fault.retryAfterS ?? 0) >= 1);
});

test('a call for a model waits for no other model', async (t) => {
  const check = ({ name }: ModelPlan) =>
    name === 'slow' ? new Promise<void>(() => undefined) : Promise.resolve();
  const slow = Object.fromEntries([1, 2, 3, 4].map((version) => [`slow/${version}`, add]));
  const { catalog } = await open(t, { 'a/1': add, ...slow, 'z/1': add }, { check });
  assert.equal((await catalog.plan('a')).name, 'a');
  assert.equal((await catalog.plan('z')).name, 'z');
});

test('a folder that is added, changed or removed is seen by the next look', async (t) => {
  const { catalog, root, retired } = await open(t, { 'm/1': add });
  const before = await catalog.plan('m');
  putModel(root, 'm/2', { fixture: 'matrix' });
  putModel(root, 'n/1', add);
  await catalog.refresh();
  await catalog.settled();
  assert.deepEqual(await states(catalog), ['m/1 READY', 'm/2 READY', 'n/1 READY']);
  assert.equal((await catalog.plan('m')).version, '2');

  putModel(root, 'm/1', { modelJson: { columns: [{ name: 'b' }, { name: 'a' }] } });
  await catalog.refresh();
  await catalog.settled();
  const after = await catalog.plan('m', '1');
  assert.notEqual(after.key, before.key);
  assert.deepEqual(
    after.signature.columns.map(({ name }) => name),
    ['b', 'a'],
  );

  rmSync(path.join(root, 'm', '2'), { recursive: true });
  await catalog.refresh();
  await catalog.settled();
  assert.deepEqual(await states(catalog), ['m/1 READY', 'n/1 READY']);
  await expectRejection(catalog.plan('m', '2'), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
  assert.deepEqual(
    retired.map(({ version }) => version),
    ['2'],
  );
});

test('sessions are retired when the last version that uses them is gone, and only then', async (t) => {
  const { catalog, root, retired } = await open(t, {
    'm/1': add,
    'm/2': add,
    'other/1': { fixture: 'matrix' },
  });
  await states(catalog);
  rmSync(path.join(root, 'm', '1'), { recursive: true });
  await catalog.refresh();
  await catalog.settled();
  assert.deepEqual(retired, []);
  putModel(root, 'm/2', { modelJson: { threads: 2 } });
  await catalog.refresh();
  await catalog.settled();
  await states(catalog);
  assert.deepEqual(
    retired.map(({ intraOpThreads }) => intraOpThreads),
    [1],
  );
  rmSync(path.join(root, 'm'), { recursive: true });
  await catalog.refresh();
  await catalog.settled();
  assert.deepEqual(
    retired.map(({ intraOpThreads }) => intraOpThreads),
    [1, 2],
  );
  assert.deepEqual(await states(catalog), ['other/1 READY']);
});

test('a model that breaks is retired, and comes back when it is mended', async (t) => {
  const { catalog, root, retired } = await open(t, { 'm/1': add });
  await states(catalog);
  writeFileSync(path.join(root, 'm', '1', 'model.json'), '{');
  await catalog.refresh();
  await catalog.settled();
  assert.deepEqual(await states(catalog), ['m/1 UNAVAILABLE']);
  assert.equal(retired.length, 1);
  writeFileSync(path.join(root, 'm', '1', 'model.json'), '{}');
  await catalog.refresh();
  await catalog.settled();
  assert.deepEqual(await states(catalog), ['m/1 READY']);
});

test('a look that finds nothing new checks nothing again', async (t) => {
  let checks = 0;
  const check = () => {
    checks++;
    return Promise.resolve();
  };
  const { catalog } = await open(t, { 'm/1': add, 'n/1': { fixture: 'truncated' } }, { check });
  await states(catalog);
  await catalog.refresh();
  await catalog.settled();
  await states(catalog);
  assert.equal(checks, 1);
});

test('the folder is looked at by the clock, until the catalog is closed', async (t) => {
  const { catalog, root, clock } = await open(t, {}, { pollMs: 500 });
  putModel(root, 'm/1', add);
  const alarms = () => clock.alarms;
  assert.equal(alarms(), 1);
  clock.move(500);
  // the look has read the folder when it sets the next alarm
  while (alarms() === 0) await new Promise(setImmediate);
  assert.equal((await catalog.plan('m')).version, '1');
  catalog.close();
  assert.equal(alarms(), 0);
});

test('a models folder that cannot be read at first is read by the next call', async (t) => {
  const root = path.join(temporaryDir(t), 'models');
  writeFileSync(root, 'no folder');
  const clock = new TestClock();
  const catalog = new Catalog({
    modelsDir: root,
    clock,
    waitMs: 1000,
    pollMs: 500,
    inspect: inspectModel,
    check: () => Promise.resolve(),
    onFault: () => undefined,
    onRetired: () => undefined,
  });
  await assert.rejects(catalog.start());
  rmSync(root);
  mkdirSync(root);
  putModel(root, 'm/1', add);
  assert.equal((await catalog.plan('m')).version, '1');
  assert.equal(clock.alarms, 1, 'two chains of looks');
  catalog.close();
});

test('at the start the newest version is waited for, one that is dropped later is not', async (t) => {
  const release = new Map<string, () => void>();
  const check = ({ version }: ModelPlan) =>
    version === '1' ? Promise.resolve() : new Promise<void>((resolve) => release.set(version, resolve));
  const { catalog, root } = await open(t, { 'm/1': add, 'm/2': add }, { check });
  await catalog.find('m', '1');
  const atStart = catalog.plan('m');
  while (!release.has('2')) await new Promise(setImmediate);
  release.get('2')?.();
  assert.equal((await atStart).version, '2');
  putModel(root, 'm/3', add);
  await catalog.refresh();
  assert.equal((await catalog.plan('m')).version, '2');
  while (!release.has('3')) await new Promise(setImmediate);
  release.get('3')?.();
  await catalog.settled();
  assert.equal((await catalog.plan('m')).version, '3');
});
