import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { services } from '../../../shared/services.js';
import type { StatusNode } from '../../../shared/protocols/machineLearningServer/serverStatus.js';
import { startAzurite } from '../../support/azurite.js';
import { jsonOf, send } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { startApp } from '../../support/startApp.js';
import { liveChildren } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let url = '';
let modelsDir = '';
let azuritePid = 0;

before(async () => {
  const azurite = await startAzurite(file);
  azuritePid = azurite.pid;
  for (const child of liveChildren) if (child.pid === azuritePid) liveChildren.delete(child);
  modelsDir = modelsDirWith(file, { 'add/1.0.0': { fixture: 'add' }, 'cut/1.0.0': { fixture: 'truncated' } });
  ({ url } = await startApp(file, modelsDir, { WARMSTART_STORAGE: azurite.connectionString }));
  await services().catalog.settled();
});

const statusOf = async () => jsonOf(await send(`${url}/status`)) as unknown as StatusNode;

/** Puts down another instance as if it had told of itself. */
async function tellOf(id: string, seenMs: number): Promise<void> {
  const metadata = {
    seen: String(seenMs),
    version: '0.0.9',
    threads: '4',
    usable: '4',
    busy: '1',
    waiting: '0',
  };
  await services()
    .store()
    .put({ container: 'state', name: `instances/${id}` }, new Uint8Array(0), { metadata });
}

test('the status is a tree of instances, access, storage and models, as well as its worst part', async () => {
  const { statusCode, details, components } = await statusOf();
  assert.deepEqual([statusCode, details], ['warn', {}]);
  assert.ok(components);
  const { backends, ...others } = components;
  assert.deepEqual(others, {
    authentication: { statusCode: 'pass', details: { access: 'off' }, components: null },
    database: {
      statusCode: 'pass',
      details: { type: 'blob storage', name: 'main', state: 'Open' },
      components: null,
    },
    models: { statusCode: 'warn', details: { ready: 1, loading: 0, unavailable: 1 }, components: null },
  });
  assert.equal(backends?.statusCode, 'pass');
  const [own, ...more] = Object.values(backends.components ?? {});
  assert.equal(more.length, 0);
  assert.ok(own);
  assert.deepEqual(
    { ...own.details, seen: '' },
    {
      ...{ threads: 2, busy: 0, waiting: 0, queueLimit: 256 },
      ...{
        pythonMaxPoolSize: 2,
        pythonCurrentPoolSize: 2,
        pythonActiveShellCount: 0,
        pythonCanOpenShell: 'True',
      },
      ...{ apiVersion: '1.0', version: services().version, seen: '' },
    },
  );
});

test('other instances that live are shown, and one that is gone is not', async () => {
  const nowMs = Date.now();
  await tellOf('other', nowMs - 60_000);
  await tellOf('gone', nowMs - 200_000);
  const own = services().presence.own.id;
  const { computeNodes } = jsonOf(await send(`${url}/computenodes`));
  assert.deepEqual(computeNodes, [own, 'other'].sort());
  const backends = (await statusOf()).components?.backends?.components ?? {};
  assert.deepEqual(Object.keys(backends), [own, 'other'].sort());
  assert.deepEqual([backends.other?.statusCode, backends.other?.details.busy], ['pass', 1]);
});

test('neither paths nor secrets are told', async () => {
  const text = JSON.stringify(await statusOf());
  for (const secret of [modelsDir, 'AccountKey', '127.0.0.1', 'http'])
    assert.ok(!text.includes(secret), secret);
});

test('while storage is away the status says so, and the instance shows itself', async () => {
  process.kill(azuritePid, 'SIGKILL');
  const { statusCode, components } = await statusOf();
  assert.equal(statusCode, 'fail');
  assert.deepEqual(components?.database?.details.state, 'Unreachable');
  assert.deepEqual(Object.keys(components.backends?.components ?? {}), [services().presence.own.id]);
});
