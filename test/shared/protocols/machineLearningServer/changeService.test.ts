import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Principal, Role } from '../../../../shared/auth/principal.js';
import { deletePublished } from '../../../../shared/models/published/deletePublished.js';
import { manifestFormat } from '../../../../shared/models/published/manifest.js';
import { manifestBlob } from '../../../../shared/models/published/publishedPaths.js';
import {
  describeVersion,
  readAliases,
  removeAlias,
  setAlias,
} from '../../../../shared/protocols/machineLearningServer/changeService.js';
import { servableVersion } from '../../../../shared/protocols/machineLearningServer/servableVersion.js';
import { serviceRecordView } from '../../../../shared/protocols/machineLearningServer/serviceRecordView.js';
import { ortVersion } from '../../../../shared/runtime/ortVersion.js';
import type { Services } from '../../../../shared/services.js';
import { startAzurite } from '../../../support/azurite.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith } from '../../../support/modelsDir.js';
import { liveChildren, startServices } from '../../../support/startServices.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';
import { planOf } from './plans.js';

const file = fileCleanUp();
let home: Services;

const who = (name: string, role: Role): Principal => ({ name, role });
const ann = who('ann', 'Contributor');
const bob = who('bob', 'Contributor');
const olga = who('olga', 'Owner');

const createdMs = Date.UTC(2026, 0, 2);

before(async () => {
  const { connectionString, pid } = await startAzurite(file);
  for (const child of liveChildren) if (child.pid === pid) liveChildren.delete(child);
  const dir = modelsDirWith(file, { 'add/1.0.0': { fixture: 'add' } });
  home = await startServices(file, dir, { WARMSTART_STORAGE: connectionString });
  await publish('1.0.0', 'ann');
  await publish('2.0.0', 'bob');
});

/** Puts down what publishing writes last. The files of the model are not there. */
async function publish(version: string, owner: string, name = 'cars'): Promise<void> {
  const { sha256, key, signature, cutsZipMaps, externalData, intraOpThreads, description, metadata } = planOf(
    {},
  );
  const plan = { sha256, key, signature, cutsZipMaps, externalData, intraOpThreads, description, metadata };
  const manifest = {
    format: manifestFormat,
    publishId: '11111111-1111-4111-8111-111111111111',
    ...{ owner, createdMs, onnxruntime: ortVersion(), plan },
    files: [{ name: 'model.onnx', sha256, sizeBytes: 1 }],
  };
  await home.store().put(manifestBlob(name, version), new TextEncoder().encode(JSON.stringify(manifest)));
  home.catalog.forget(name);
}

const first = { name: 'cars', version: '1.0.0' };
const shipped = { name: 'add', version: '1.0.0' };
const code = 'SCORE_ERR_SERVICE_NOT_OWNED';

test('a published version is described without its files, with its publisher and its time', async () => {
  const record = serviceRecordView(await servableVersion(home.catalog, 'cars', '1.0.0'), ann);
  assert.equal(record.versionPublishedBy, 'ann');
  assert.equal(record.creationTime, '2026-01-02T00:00:00.0000000');
  assert.equal(record.myPermissionOnService, 'read/write');
});

test('its publisher and an Owner may describe a version, nobody else', async () => {
  await expectRejection(describeVersion(home, first, { description: 'no' }, bob), { code });
  assert.equal(await describeVersion(home, first, { description: 'ann' }, ann), '1.0.0');
  assert.equal((await servableVersion(home.catalog, 'cars', '1.0.0')).description, 'ann');
  await describeVersion(home, first, { operationId: 'olga' }, olga);
  const { description, operationId } = await servableVersion(home.catalog, 'cars', '1.0.0');
  assert.deepEqual([description, operationId], ['ann', 'olga']);
});

test('only an Owner may describe a version that was deployed with the app', async () => {
  await expectRejection(describeVersion(home, shipped, { description: 'no' }, ann), { code });
  await describeVersion(home, shipped, { description: 'Sums.' }, olga);
  assert.equal((await servableVersion(home.catalog, 'add', '1.0.0')).description, 'Sums.');
});

test('an alias is set and taken away by who published the version that it names, and by Owners', async () => {
  await expectRejection(setAlias(home, first, 'prod', bob), { code });
  await expectRejection(setAlias(home, shipped, 'prod', ann), { code });
  assert.deepEqual((await setAlias(home, first, 'prod', ann)).aliases, { prod: '1.0.0' });
  await expectRejection(removeAlias(home, 'cars', 'prod', bob), { code });
  assert.deepEqual((await removeAlias(home, 'cars', 'prod', ann)).aliases, {});
  await setAlias(home, first, 'prod', olga);
  assert.deepEqual((await removeAlias(home, 'cars', 'prod', olga)).aliases, {});
});

test('an alias is moved by who published the version that it names now, and by Owners', async () => {
  const second = { name: 'cars', version: '2.0.0' };
  await setAlias(home, first, 'prod', ann);
  await expectRejection(setAlias(home, second, 'prod', bob), { code });
  assert.deepEqual((await setAlias(home, second, 'prod', olga)).aliases, { prod: '2.0.0' });
  await expectRejection(setAlias(home, first, 'prod', ann), { code });
  await removeAlias(home, 'cars', 'prod', bob);
  await setAlias(home, second, 'default', bob);
  await expectRejection(setAlias(home, first, 'default', ann), { code });
  await removeAlias(home, 'cars', 'default', bob);
});

test('aliases of versions that were deployed with the app are moved by Owners alone', async () => {
  await publish('3.0.0', 'ann', 'add');
  await setAlias(home, shipped, 'prod', olga);
  const own = { name: 'add', version: '3.0.0' };
  await expectRejection(setAlias(home, own, 'prod', ann), { code });
  await deletePublished(home, 'add', '3.0.0', ann);
});

test('an alias of an alias names the version that this one named then', async () => {
  await setAlias(home, first, 'prod', ann);
  await setAlias(home, { name: 'cars', version: 'prod' }, 'stable', ann);
  assert.deepEqual((await readAliases(home, 'cars')).aliases, { prod: '1.0.0', stable: '1.0.0' });
});

test('a version that is deleted takes along what was said of it', async () => {
  // what is taken by default now is bob's
  await expectRejection(setAlias(home, first, 'default', ann), { code });
  await setAlias(home, first, 'default', olga);
  await expectRejection(deletePublished(home, 'cars', '1.0.0', bob), { code });
  await deletePublished(home, 'cars', '1.0.0', ann);
  assert.deepEqual(await readAliases(home, 'cars'), { aliases: {}, versions: {} });
  const gone = { code: 'SCORE_ERR_VERSION_NOT_FOUND' } as const;
  await expectRejection(servableVersion(home.catalog, 'cars', '1.0.0'), gone);
  await expectRejection(servableVersion(home.catalog, 'cars', 'prod'), gone);
});

test('an alias whose version is gone is taken away by an Owner', async () => {
  const left = new TextEncoder().encode(JSON.stringify({ aliases: { old: '0.1.0' }, versions: {} }));
  await home.store().put({ container: 'state', name: 'services/cars/service.json' }, left);
  home.catalog.forget('cars');
  await expectRejection(removeAlias(home, 'cars', 'old', bob), { code });
  assert.deepEqual((await removeAlias(home, 'cars', 'old', olga)).aliases, {});
});
