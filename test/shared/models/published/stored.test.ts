import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { deletePublished } from '../../../../shared/models/published/deletePublished.js';
import type { PublishedManifest } from '../../../../shared/models/published/manifest.js';
import { ModelCache } from '../../../../shared/models/published/modelCache.js';
import { PublishedModels } from '../../../../shared/models/published/publishedModels.js';
import { removeLeftOvers } from '../../../../shared/models/published/removeLeftOvers.js';
import { ScoringError } from '../../../../shared/errors/scoringError.js';
import { ortVersion } from '../../../../shared/runtime/ortVersion.js';
import type { Services } from '../../../../shared/services.js';
import { besides, fixtureFile, modelPart } from '../../../functions/publish/publishCalls.js';
import { startAzurite } from '../../../support/azurite.js';
import { BatchClock } from '../../../support/batch.js';
import { jsonBytes, parseBytes, utf8 } from '../../../support/bytes.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith } from '../../../support/modelsDir.js';
import { anna, bert, owner, publishOn, scoreOn, storedModels } from '../../../support/publishing.js';
import { KeptLog, liveChildren, startServices } from '../../../support/startServices.js';
import { fileCleanUp, temporaryDir } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let connectionString = '';
let models = '';
/** The instance that publishes. */
let one: Services;

before(async () => {
  const azurite = await startAzurite(file);
  for (const child of liveChildren) if (child.pid === azurite.pid) liveChildren.delete(child);
  ({ connectionString } = azurite);
  models = modelsDirWith(file, {});
  one = await startServices(file, models, { WARMSTART_STORAGE: connectionString });
});

const ab = { a: [1], b: [10] };
const add = () => [modelPart(fixtureFile('add'))];

/** An instance that knows nothing yet. */
const start = (options: Parameters<typeof startServices>[3] = {}, environment: Record<string, string> = {}) =>
  startServices(file, models, { WARMSTART_STORAGE: connectionString, ...environment }, options);

/** Replaces parts of the manifest of a version. */
async function rewrite(place: string, change: (manifest: PublishedManifest) => object): Promise<void> {
  const blob = { container: 'models', name: `${place}/manifest.json` };
  const found = await one.store().read(blob);
  assert.ok(found);
  await one.store().put(blob, jsonBytes(change(parseBytes(found.bytes) as PublishedManifest)));
}

/** The blob of a file of a version. */
async function fileBlob(place: string, fileName: string) {
  const names = await storedModels(one, place);
  const name = names.find((one) => one.endsWith(`/${fileName}`));
  assert.ok(name);
  return { container: 'models', name };
}

test('a stored file with other bytes is never served', async () => {
  await publishOn(one, 'swapped/1.0.0', add());
  await one.store().put(await fileBlob('swapped/1.0.0', 'model.onnx'), fixtureFile('matrix'));
  const log = new KeptLog();
  const two = await start({ log });
  const fault = {
    code: 'SCORE_ERR_MODEL_UNAVAILABLE',
    message: /is not the one that was published/,
  } as const;
  await expectRejection(two.catalog.plan('swapped', '1.0.0'), fault);
  await expectRejection(two.catalog.plan('swapped'), fault);
  const [entry] = two.catalog.list();
  assert.deepEqual([entry?.state, entry?.reason?.code], ['UNAVAILABLE', 'SCORE_ERR_MODEL_FILE_INVALID']);
  assert.ok(log.lines.some((line) => line.includes('swapped 1.0.0')));
  await deletePublished(one, 'swapped', '1.0.0', anna);
});

test('a changed byte of external data is noticed, and a file that is longer than it should be', async () => {
  const files = [
    modelPart(fixtureFile('external-data')),
    besides('weights.bin', fixtureFile('external-data', 'weights.bin')),
  ];
  await publishOn(one, 'weights/1.0.0', files);
  const blob = await fileBlob('weights/1.0.0', 'weights.bin');
  for (const size of [32, 5000, 3]) {
    await one.store().put(blob, new Uint8Array(size));
    const two = await start();
    await expectRejection(two.catalog.plan('weights'), {
      code: 'SCORE_ERR_MODEL_UNAVAILABLE',
      message: /'weights.bin'/,
    });
  }
});

test('where the newest version cannot be served, the one before it serves', async () => {
  await publishOn(one, 'older/1.0.0', add());
  await publishOn(one, 'older/2.0.0', [modelPart(fixtureFile('matrix'))]);
  await one.store().remove(await fileBlob('older/2.0.0', 'model.onnx'));
  const two = await start();
  assert.equal((await scoreOn(two, 'older', undefined, ab)).version, '1.0.0');
  await expectRejection(two.catalog.plan('older', '2.0.0'), {
    code: 'SCORE_ERR_MODEL_UNAVAILABLE',
    message: /missing/,
  });
});

test('a version that is mended is served after a while', async () => {
  await publishOn(one, 'mended/1.0.0', add());
  const blob = await fileBlob('mended/1.0.0', 'model.onnx');
  await one.store().put(blob, utf8('broken'));
  const clock = new BatchClock();
  const two = await start({ clock });
  await expectRejection(two.catalog.plan('mended'), { code: 'SCORE_ERR_MODEL_UNAVAILABLE' });
  await one.store().put(blob, fixtureFile('add'));
  clock.move(59_000);
  await expectRejection(two.catalog.plan('mended', '1.0.0'), { code: 'SCORE_ERR_MODEL_UNAVAILABLE' });
  clock.move(1000);
  assert.equal((await two.catalog.plan('mended', '1.0.0')).name, 'mended');
});

test('a manifest of another release, of no release or with ways out of the folder is listed and not served', async () => {
  const changes: readonly ((manifest: PublishedManifest) => object)[] = [
    (manifest) => ({ ...manifest, format: 2 }),
    (manifest) => ({ ...manifest, publishId: '../../x' }),
    (manifest) => ({ ...manifest, files: [{ ...manifest.files[0], name: '../../x' }] }),
    (manifest) => ({ ...manifest, files: [{ ...manifest.files[0], sha256: 'x' }] }),
    () => [],
  ];
  for (const [at, change] of changes.entries()) {
    await publishOn(one, `odd/${at}.0.0`, add(), owner);
    await rewrite(`odd/${at}.0.0`, change);
  }
  const two = await start();
  await two.catalog.current();
  const odd = two.catalog.list().filter(({ name }) => name === 'odd');
  assert.deepEqual(
    odd.map(({ state }) => state),
    changes.map(() => 'UNAVAILABLE'),
  );
  assert.match(odd[0]?.reason?.message ?? '', /another release/);
  await expectRejection(two.catalog.plan('odd', '1.0.0'), {
    code: 'SCORE_ERR_MODEL_UNAVAILABLE',
    message: /publishId/,
  });
});

test('what lies in the container beside published models is no model', async () => {
  const names = [
    'manifest.json',
    'm/manifest.json',
    'm/1/x/manifest.json',
    '.m/1/manifest.json',
    'm/1/model.onnx',
  ];
  for (const name of names) await one.store().put({ container: 'models', name }, utf8('{}'));
  const two = await start();
  await two.catalog.current();
  assert.ok(two.catalog.list().every(({ name }) => name !== 'm' && name !== '.m'));
  await expectRejection(two.catalog.plan('m'), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
});

test('a model that was checked under another ONNX Runtime is checked again before it is served', async () => {
  await publishOn(one, 'upgraded/1.0.0', add());
  await rewrite('upgraded/1.0.0', (manifest) => ({ ...manifest, onnxruntime: '1.0.0' }));
  const two = await start();
  assert.deepEqual((await scoreOn(two, 'upgraded', undefined, ab)).outputs, { sum: [11] });
  const faults: string[] = [];
  const published = new PublishedModels({
    ...{ store: () => one.store(), clock: one.clock, ortVersion: ortVersion() },
    cache: new ModelCache({ dir: temporaryDir(file), clock: one.clock, graceMs: 0 }),
    check: () => Promise.reject(new ScoringError('SCORE_ERR_MODEL_CHECK', 'it crashed')),
    onDropped: () => undefined,
    onFault: (text) => faults.push(text),
  });
  await published.look('upgraded', undefined, 10_000);
  assert.equal(published.get('upgraded', '1.0.0')?.state, 'READY');
  assert.equal(await published.open('upgraded', '1.0.0'), undefined);
  const entry = published.get('upgraded', '1.0.0');
  assert.deepEqual([entry?.state, entry?.reason?.message], ['UNAVAILABLE', 'it crashed']);
  assert.equal(faults.length, 1);
});

test('the files are kept where the state of the host is, and are not fetched again after a restart', async () => {
  const stateDir = temporaryDir(file);
  await publishOn(one, 'kept/1.0.0', add());
  const first = await start({ stateDir });
  await scoreOn(first, 'kept', '1.0.0', ab);
  const [folder = ''] = readdirSync(path.join(stateDir, 'models-cache'));
  // a fetch would fail now
  await one.store().remove(await fileBlob('kept/1.0.0', 'model.onnx'));
  const second = await start({ stateDir });
  assert.deepEqual((await scoreOn(second, 'kept', '1.0.0', ab)).outputs, { sum: [11] });
  writeFileSync(path.join(stateDir, 'models-cache', folder, 'model.onnx'), fixtureFile('matrix'));
  const third = await start({ stateDir });
  await expectRejection(third.catalog.plan('kept', '1.0.0'), { code: 'SCORE_ERR_MODEL_UNAVAILABLE' });
});

test('files that vanish from the disk are fetched again', async () => {
  const stateDir = temporaryDir(file);
  await publishOn(one, 'vanished/1.0.0', add());
  const two = await start({ stateDir });
  await two.catalog.plan('vanished', '1.0.0');
  rmSync(path.join(stateDir, 'models-cache'), { recursive: true });
  await expectRejection(scoreOn(two, 'vanished', '1.0.0', ab), { code: 'SCORE_ERR_MODEL_LOADING' });
  await two.catalog.refresh();
  assert.deepEqual((await scoreOn(two, 'vanished', '1.0.0', ab)).outputs, { sum: [11] });
});

test('the files of a version that is gone leave the disk when no call can hold them any more', async () => {
  const stateDir = temporaryDir(file);
  const clock = new BatchClock();
  await publishOn(one, 'retired/1.0.0', add());
  const two = await start({ stateDir, clock });
  await scoreOn(two, 'retired', '1.0.0', ab);
  const folders = () => readdirSync(path.join(stateDir, 'models-cache'));
  assert.equal(folders().length, 1);
  await deletePublished(one, 'retired', '1.0.0', anna);
  clock.move(5000);
  await expectRejection(two.catalog.plan('retired', '1.0.0'), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  clock.move(80_000);
  await new Promise(setImmediate);
  assert.equal(folders().length, 1);
  clock.move(10_000);
  while (folders().length > 0) await new Promise(setImmediate);
});

test('what an earlier process has left on the disk is removed', async () => {
  const stateDir = temporaryDir(file);
  await publishOn(one, 'left/1.0.0', add());
  const first = await start({ stateDir });
  await first.catalog.plan('left', '1.0.0');
  await deletePublished(one, 'left', '1.0.0', anna);
  await publishOn(one, 'left/2.0.0', add());
  const second = await start({ stateDir });
  await second.catalog.plan('left', '2.0.0');
  const cache = path.join(stateDir, 'models-cache');
  assert.equal(readdirSync(cache).length, 2);
  await second.catalog.current();
  assert.equal(readdirSync(cache).length, 1);
  assert.equal((await second.catalog.plan('left', '2.0.0')).version, '2.0.0');
});

test('a version is deleted by its publisher or an Owner alone, with all of its files', async () => {
  await publishOn(one, 'mine/1.0.0', add(), anna);
  await publishOn(one, 'mine/2.0.0', add(), anna);
  await expectRejection(deletePublished(one, 'mine', '1.0.0', bert), { code: 'SCORE_ERR_SERVICE_NOT_OWNED' });
  await deletePublished(one, 'mine', '1.0.0', anna);
  await expectRejection(deletePublished(one, 'mine', '1.0.0', anna), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
  await deletePublished(one, 'mine', '2.0.0', owner);
  assert.deepEqual(await storedModels(one, 'mine/'), []);
  await expectRejection(deletePublished(one, 'mine', '1.0.0', anna), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  await expectRejection(deletePublished(one, '..', '1', anna), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
});

test('a version whose manifest cannot be read can be deleted by an Owner', async () => {
  await publishOn(one, 'unread/1.0.0', add());
  await rewrite('unread/1.0.0', () => ({ format: 7 }));
  await expectRejection(deletePublished(one, 'unread', '1.0.0', anna), {
    code: 'SCORE_ERR_SERVICE_NOT_OWNED',
  });
  await deletePublished(one, 'unread', '1.0.0', owner);
  assert.deepEqual(await storedModels(one, 'unread/'), []);
});

test('files of publishes that died are removed when they are old, and nothing else', async () => {
  await publishOn(one, 'alive/1.0.0', add());
  const alive = await storedModels(one, 'alive/');
  const dead = [
    'alive/1.0.0/5f0c1c83-4f7e-4cbb-a4d3-1c7b4a4ea9c1/model.onnx',
    'dead/1.0.0/5f0c1c83-4f7e-4cbb-a4d3-1c7b4a4ea9c1/model.onnx',
  ];
  for (const name of dead) await one.store().put({ container: 'models', name }, utf8('x'));
  const clock = new BatchClock();
  clock.move(5 * 60 * 60_000);
  await removeLeftOvers(one.store(), clock);
  assert.deepEqual(await storedModels(one, 'dead/'), [dead[1]]);
  clock.move(2 * 60 * 60_000);
  await removeLeftOvers(one.store(), clock);
  assert.deepEqual(await storedModels(one, 'dead/'), []);
  assert.deepEqual(await storedModels(one, 'alive/'), alive);
});
