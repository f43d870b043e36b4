import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import type { Services } from '../../../../shared/services.js';
import { deletePublished } from '../../../../shared/models/published/deletePublished.js';
import { changeServiceRecord } from '../../../../shared/models/serviceRecord.js';
import { fixtureFile, modelPart } from '../../../functions/publish/publishCalls.js';
import { startAzurite } from '../../../support/azurite.js';
import { BatchClock } from '../../../support/batch.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith } from '../../../support/modelsDir.js';
import { onnxFloats, onnxModel, onnxNode, onnxValue } from '../../../support/onnxBytes.js';
import { anna, owner, publishOn, scoreOn } from '../../../support/publishing.js';
import { liveChildren, startServices } from '../../../support/startServices.js';
import { startStorageProxy, throughProxy, type StorageProxy } from '../../../support/storageProxy.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let connectionString = '';
let proxy: StorageProxy;
/** Two instances of the app on one storage; time stands still for the second one, which reaches storage by a proxy. */
let one: Services;
let two: Services;
const clock = new BatchClock();

before(async () => {
  const azurite = await startAzurite(file);
  for (const child of liveChildren) if (child.pid === azurite.pid) liveChildren.delete(child);
  ({ connectionString } = azurite);
  proxy = await startStorageProxy(file, azurite.blobPort);
  const models = modelsDirWith(file, {
    'shipped/1.0.0': { fixture: 'add' },
    'shipped/3.0.0': { fixture: 'add' },
  });
  one = await startServices(file, models, { WARMSTART_STORAGE: connectionString });
  const proxied = { WARMSTART_STORAGE: throughProxy(connectionString, proxy.port) };
  two = await startServices(file, models, proxied, { clock });
});

const ab = { a: [1], b: [10] };
const add = () => [modelPart(fixtureFile('add'))];

/** A model with `y` = `x` + a number, so that its answers tell which one it is. */
const plus = (number: number) => [
  modelPart(
    onnxModel({
      nodes: [onnxNode('Add', ['x', 'w'], ['y'])],
      inputs: [onnxValue('x', [-1])],
      outputs: [onnxValue('y', [-1])],
      initializers: [onnxFloats('w', [1], new Uint8Array(Float32Array.of(number).buffer))],
    }),
  ),
];

const versions = (services: Services, name: string) =>
  services.catalog.list().flatMap((entry) => (entry.name === name ? [entry.version] : []));

test('a version that is published on one instance is scored on the other at once', async () => {
  const { sha256 } = await publishOn(one, 'both/1.0.0', add());
  assert.deepEqual(await scoreOn(two, 'both', '1.0.0', ab), {
    outputs: { sum: [11] },
    sha256,
    version: '1.0.0',
  });
  assert.deepEqual(await scoreOn(two, 'both', undefined, ab), {
    outputs: { sum: [11] },
    sha256,
    version: '1.0.0',
  });
  assert.equal((await two.catalog.plan('both')).publishedBy, 'anna');
});

test('a name that was not there is asked for again after two seconds, not before', async () => {
  await expectRejection(two.catalog.plan('late', '1.0.0'), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  await publishOn(one, 'late/1.0.0', add());
  const { calls } = proxy;
  clock.move(1999);
  await expectRejection(two.catalog.plan('late', '1.0.0'), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  assert.equal(proxy.calls, calls);
  clock.move(1);
  assert.equal((await two.catalog.plan('late', '1.0.0')).name, 'late');
});

test('a new version of a known model is served at once by name, and as the newest within five seconds', async () => {
  await publishOn(one, 'more/1.0.0', plus(1));
  assert.equal((await scoreOn(two, 'more', undefined, { x: [1] })).version, '1.0.0');
  await publishOn(one, 'more/2.0.0', plus(2));
  assert.equal((await scoreOn(two, 'more', undefined, { x: [1] })).version, '1.0.0');
  clock.move(2000);
  assert.equal((await scoreOn(two, 'more', '2.0.0', { x: [1] })).version, '2.0.0');
  clock.move(3000);
  assert.deepEqual((await scoreOn(two, 'more', undefined, { x: [1] })).outputs, { y: [3] });
});

test('a deleted version disappears within five seconds', async () => {
  await publishOn(one, 'short/1.0.0', add());
  await scoreOn(two, 'short', '1.0.0', ab);
  await deletePublished(one, 'short', '1.0.0', anna);
  await expectRejection(scoreOn(one, 'short', '1.0.0', ab), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  assert.deepEqual((await scoreOn(two, 'short', '1.0.0', ab)).outputs, { sum: [11] });
  clock.move(5000);
  await expectRejection(scoreOn(two, 'short', '1.0.0', ab), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
});

test('what is published again under the same name is never mixed with what was there, in any answer', async () => {
  /** Numbers by the hash of their model. */
  const known = new Map<string, number>();
  const seen = { one: new Set<number>(), two: new Set<number>() };
  const run = { isOver: false, failed: false };
  const ask = async (services: Services, numbers: Set<number>) => {
    while (!run.isOver) {
      try {
        const { outputs, sha256 } = await scoreOn(services, 'swap', '1.0.0', { x: [1] });
        const number = known.get(sha256);
        assert.deepEqual(outputs, { y: [1 + (number ?? NaN)] });
        numbers.add(number as number);
      } catch (error) {
        const code = (error as { code?: string }).code ?? '';
        const isBetween = /^SCORE_ERR_(?:MODEL_NOT_FOUND|VERSION_NOT_FOUND|MODEL_LOADING)$/.test(code);
        if (!isBetween) throw error;
        // each of them is told where nothing is published at the moment
        await new Promise(setImmediate);
      }
    }
  };
  const asking = Promise.all([ask(one, seen.one), ask(two, seen.two)]);
  asking.catch(() => (run.failed = true));
  for (let number = 100; number <= 600; number += 100) {
    if (number > 100) await deletePublished(one, 'swap', '1.0.0', anna);
    const [part] = plus(number);
    assert.ok(part);
    known.set(createHash('sha256').update(part.content).digest('hex'), number);
    await publishOn(one, 'swap/1.0.0', [part]);
    clock.move(5000);
    while (!run.failed && !(seen.one.has(number) && seen.two.has(number))) await new Promise(setImmediate);
  }
  run.isOver = true;
  await asking;
});

test('an explicit version of the folder never asks storage', async () => {
  await two.catalog.plan('shipped', '1.0.0');
  const { calls } = proxy;
  for (let i = 0; i < 20; i++) {
    await scoreOn(two, 'shipped', '1.0.0', ab);
    clock.move(1000);
  }
  assert.equal(proxy.calls, calls);
});

test('under load a published version is compared with storage once in five seconds, by one call', async () => {
  await publishOn(one, 'busy/1.0.0', add());
  await scoreOn(two, 'busy', '1.0.0', ab);
  const { calls } = proxy;
  for (let round = 1; round <= 3; round++) {
    clock.move(5000);
    await Promise.all(Array.from({ length: 20 }, () => scoreOn(two, 'busy', '1.0.0', ab)));
    assert.equal(proxy.calls, calls + round);
  }
});

test('a hundred unknown names at once end in a call each, and none is remembered for long', async () => {
  const { calls } = proxy;
  const names = Array.from({ length: 100 }, (_, i) => `nobody-${i}`);
  for (let round = 0; round < 2; round++) {
    await Promise.all(
      names.map((name) =>
        expectRejection(two.catalog.plan(name, '1'), { code: 'SCORE_ERR_MODEL_NOT_FOUND' }),
      ),
    );
  }
  assert.equal(proxy.calls, calls + 100);
  await expectRejection(two.catalog.plan('..', '1'), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  assert.equal(proxy.calls, calls + 100);
});

test('default version, aliases and changed texts are followed, at once where they were changed', async () => {
  await publishOn(one, 'said/1.0.0', plus(1));
  await publishOn(one, 'said/2.0.0', plus(2));
  assert.equal((await two.catalog.plan('said')).version, '2.0.0');
  await changeServiceRecord(one.store(), 'said', (record) => ({
    ...record,
    defaultVersion: '1.0.0',
    aliases: { champion: '1.0.0', '2.0.0': '1.0.0', lost: '9.9.9' },
    versions: { '1.0.0': { description: 'changed', operationId: 'score' } },
  }));
  one.catalog.forget('said');
  for (const [services, waitMs] of [
    [one, 0],
    [two, 5000],
  ] as const) {
    clock.move(waitMs);
    const plan = await services.catalog.plan('said');
    assert.deepEqual([plan.version, plan.description, plan.operationId], ['1.0.0', 'changed', 'score']);
    assert.equal((await services.catalog.plan('said', 'champion')).version, '1.0.0');
    assert.equal((await services.catalog.plan('said', '2.0.0')).version, '2.0.0');
    assert.equal((await scoreOn(services, 'said', 'champion', { x: [1] })).version, '1.0.0');
    assert.equal((await services.catalog.planToRun('said', '1.0.0')).key, plan.key);
    for (const alias of ['lost', 'constructor', '__proto__']) {
      await expectRejection(services.catalog.plan('said', alias), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
    }
    await services.catalog.current();
    const listed = services.catalog
      .list()
      .find(({ name, version }) => name === 'said' && version === '1.0.0');
    assert.equal(listed?.plan?.description, 'changed');
  }
  await deletePublished(one, 'said', '1.0.0', anna);
  assert.equal((await one.catalog.plan('said')).version, '2.0.0');
  await expectRejection(one.catalog.plan('said', 'champion'), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
});

test('of a model in the folder the versions, default and texts can be mixed with published ones', async () => {
  await publishOn(one, 'shipped/2.0.0', plus(1), owner);
  assert.equal((await one.catalog.plan('shipped')).version, '3.0.0');
  await one.catalog.current();
  assert.deepEqual(versions(one, 'shipped'), ['1.0.0', '2.0.0', '3.0.0']);
  const change = { defaultVersion: '2.0.0', versions: { '3.0.0': { description: 'of the folder' } } };
  await changeServiceRecord(one.store(), 'shipped', (record) => ({ ...record, ...change }));
  one.catalog.forget('shipped');
  assert.equal((await one.catalog.plan('shipped')).version, '2.0.0');
  assert.equal((await one.catalog.plan('shipped', '3.0.0')).description, 'of the folder');
  await expectRejection(deletePublished(one, 'shipped', '3.0.0', anna), {
    code: 'SCORE_ERR_SERVICE_SHIPPED',
  });
});

test('a version lists on the instance that published it at once, on others within five seconds', async () => {
  await Promise.all([one.catalog.current(), two.catalog.current()]);
  await publishOn(one, 'listed/1.0.0', add());
  assert.deepEqual(versions(one, 'listed'), ['1.0.0']);
  clock.move(5000);
  await two.catalog.current();
  assert.deepEqual(versions(two, 'listed'), ['1.0.0']);
  await deletePublished(one, 'listed', '1.0.0', anna);
  await one.catalog.current();
  assert.deepEqual(versions(one, 'listed'), []);
});

test('where storage does not answer, what was served before serves on, and lists stay as they were', async () => {
  await publishOn(one, 'stale/1.0.0', add());
  clock.move(2000);
  await scoreOn(two, 'stale', '1.0.0', ab);
  await two.catalog.current();
  const before = versions(two, 'stale');
  proxy.onCall = () => 'silent';
  clock.move(6000);
  const scored = scoreOn(two, 'stale', '1.0.0', ab);
  // nobody waits longer than a second for an answer to 'is it still so?'
  await new Promise(setImmediate);
  clock.move(1000);
  assert.deepEqual((await scored).outputs, { sum: [11] });
  // while storage is silent nobody waits at all
  assert.deepEqual((await scoreOn(two, 'stale', '1.0.0', ab)).outputs, { sum: [11] });
  assert.deepEqual((await scoreOn(two, 'shipped', '1.0.0', ab)).outputs, { sum: [11] });
  const unknown = expectRejection(two.catalog.plan('unheard', '1.0.0'), {
    code: 'SCORE_ERR_STORAGE_UNAVAILABLE',
  });
  const listed = two.catalog.current();
  await new Promise(setImmediate);
  clock.move(5000);
  await Promise.all([unknown, listed]);
  assert.deepEqual(versions(two, 'stale'), before);
});
