import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { listAll } from '../../../shared/storage/blobStore.js';
import { jsonOf, send, type Answer } from '../../support/http.js';
import { largeModel } from '../../support/onnxBytes.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from '../batch/batchApp.js';
import {
  besides,
  fixtureFile,
  modelPart,
  multipart,
  patch,
  publish,
  shippedFile,
  type FormFile,
} from './publishCalls.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file, { models: { 'cars/1.0.0': { shipped: 'transmission/1.0.0' } } });
});

/** Names of the blobs of a container. */
async function stored(container: string, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of listAll(app.store, container, prefix)) names.push(name);
  return names;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const score = (place: string, body: unknown) => send(`${app.url}/api/${place}`, { body });
const ab = { inputData: { a: [1, 2], b: [10, 20] } };
const add = () => [modelPart(fixtureFile('add'))];

function assertFault(answer: Answer, status: number, code: string, message?: RegExp): void {
  const { errorCode, detail } = jsonOf(answer, status);
  assert.equal(errorCode, code, String(detail));
  if (message) assert.match(String(detail), message);
}

test('a published model is scored at once, by its name and version', async () => {
  const answer = await publish(app.url, 'plus/1.0.0', add());
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.text, '"1.0.0"');
  const scored = await score('plus/1.0.0', ab);
  assert.deepEqual(jsonOf(scored).outputParameters, { outputData: { sum: [11, 22] } });
  assert.equal(scored.headers.get('x-warmstart-model-sha256'), sha256(fixtureFile('add')));
  const { versions } = jsonOf(await send(`${app.url}/v2/models/plus`)) as { versions: string[] };
  assert.deepEqual(versions, ['1.0.0']);
});

test('without a version the server gives one', async () => {
  const answer = await publish(app.url, 'guid', add());
  assert.equal(answer.status, 201, answer.text);
  const version = JSON.parse(answer.text) as string;
  assert.match(version, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal((await score(`guid/${version}`, ab)).status, 200);
});

test('facts and external data come as further files, and texts of the form win over the facts', async () => {
  const facts = { description: 'from the file', columns: [{ name: 'x', description: 'four numbers' }] };
  const answer = await publish(
    app.url,
    'weights/1.0.0',
    [
      modelPart(fixtureFile('external-data'), 'my model.onnx'),
      besides('weights.bin', fixtureFile('external-data', 'weights.bin')),
      {
        part: 'model.json',
        fileName: 'model.json',
        content: JSON.stringify({ ...facts, columns: undefined }),
      },
    ],
    { description: 'from the form', operationId: 'weigh' },
  );
  assert.equal(answer.status, 201, answer.text);
  const [record] = JSON.parse((await send(`${app.url}/services/weights/1.0.0`)).text) as Record<
    string,
    unknown
  >[];
  assert.deepEqual([record?.description, record?.operationId], ['from the form', 'weigh']);
  assert.deepEqual([record?.versionPublishedBy, record?.name], ['local', 'weights']);
  const infer = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 1, 1, 1] }] };
  const scored = await send(`${app.url}/v2/models/weights/infer`, { body: infer });
  const { outputs } = jsonOf(scored) as { outputs: { data: number[] }[] };
  assert.deepEqual(outputs[0]?.data, [16, 20]);
});

test('a model of some MiB comes through the host and out of storage as it was sent', async () => {
  const model = largeModel(1500);
  const answer = await publish(app.url, 'large/1.0.0', [modelPart(model)]);
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.headers.get('x-warmstart-model-sha256'), sha256(model));
  const [name = ''] = (await stored('models', 'large/')).filter((one) => one.endsWith('model.onnx'));
  const found = await app.store.read({ container: 'models', name });
  assert.equal(sha256(found?.bytes ?? new Uint8Array(0)), sha256(model));
});

test('the container holds the manifest and the files of one publish, with their hashes', async () => {
  await publish(app.url, 'kept/2.0.0', add(), { description: 'kept' });
  const names = await stored('models', 'kept/');
  assert.equal(names.length, 2);
  const found = await app.store.read({ container: 'models', name: 'kept/2.0.0/manifest.json' });
  const manifest = JSON.parse(new TextDecoder().decode(found?.bytes)) as Record<string, unknown>;
  const { publishId, files, owner, plan } = manifest as {
    publishId: string;
    files: unknown;
    owner: string;
    plan: object;
  };
  assert.ok(names.includes(`kept/2.0.0/${publishId}/model.onnx`));
  const bytes = fixtureFile('add');
  assert.deepEqual(files, [{ name: 'model.onnx', sha256: sha256(bytes), sizeBytes: bytes.length }]);
  assert.equal(owner, 'local');
  assert.ok(!('dir' in plan) && !('stamp' in plan));
});

test('a version that exists is not published again, whether it was published or deployed', async () => {
  assert.equal((await publish(app.url, 'once/1.0.0', add())).status, 201);
  const before = await stored('models');
  assertFault(
    await publish(app.url, 'once/1.0.0', add()),
    409,
    'SCORE_ERR_SERVICE_EXISTS',
    /publish a new version/,
  );
  assertFault(await publish(app.url, 'cars/1.0.0', add()), 409, 'SCORE_ERR_SERVICE_EXISTS');
  assert.deepEqual(await stored('models'), before);
  const next = await publish(app.url, 'cars/2.0.0', [modelPart(shippedFile('transmission/1.0.0'))]);
  assert.equal(next.status, 201, next.text);
});

test('of two publishes of one version at once one becomes the version and the other leaves nothing', async () => {
  const answers = await Promise.all([
    publish(app.url, 'race/1.0.0', add()),
    publish(app.url, 'race/1.0.0', [modelPart(fixtureFile('matrix'))]),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
  assert.equal((await stored('models', 'race/')).length, 2);
  const scored = await send(`${app.url}/v2/models/race/versions/1.0.0`);
  const winner = fixtureFile(answers[0].status === 201 ? 'add' : 'matrix');
  assert.equal(scored.headers.get('x-warmstart-model-sha256'), sha256(winner));
});

test('a version that is sent once more with the same files stays as it is, with others it is refused', async () => {
  await publish(app.url, 'again/1.0.0', add());
  const before = await stored('models', 'again/');
  const same = await patch(app.url, 'again/1.0.0', add());
  assert.deepEqual([same.status, same.text], [200, '"1.0.0"']);
  const other = await patch(app.url, 'again/1.0.0', [modelPart(fixtureFile('matrix'))]);
  assertFault(other, 409, 'SCORE_ERR_SERVICE_EXISTS', /publish a new version/);
  const more = await patch(app.url, 'again/1.0.0', [...add(), besides('weights.bin', 'x')]);
  assertFault(more, 409, 'SCORE_ERR_SERVICE_EXISTS');
  assert.deepEqual(await stored('models', 'again/'), before);
  const unknown = await patch(app.url, 'again/9.9.9', add());
  assertFault(unknown, 404, 'SCORE_ERR_VERSION_NOT_FOUND');
  assertFault(await patch(app.url, 'nowhere/1', add()), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  const shipped = await patch(app.url, 'cars/1.0.0', [modelPart(shippedFile('transmission/1.0.0'))]);
  assert.equal(shipped.status, 200, shipped.text);
  assertFault(await patch(app.url, 'cars/1.0.0', add()), 409, 'SCORE_ERR_SERVICE_EXISTS');
});

test('description and operation id of a version can be changed, and nothing else of it', async () => {
  await publish(app.url, 'said/1.0.0', add(), { description: 'first', operationId: 'first' });
  const changed = await patch(app.url, 'said/1.0.0', [], { description: 'second' });
  assert.deepEqual([changed.status, changed.text], [200, '"1.0.0"']);
  const byJson = await send(`${app.url}/realtime-services/said/1.0.0`, {
    method: 'PATCH',
    body: { operationId: 'third' },
  });
  assert.equal(byJson.status, 200, byJson.text);
  const [record] = JSON.parse((await send(`${app.url}/services/said/1.0.0`)).text) as Record<
    string,
    unknown
  >[];
  assert.deepEqual([record?.description, record?.operationId], ['second', 'third']);
  const scored = await score('said/1.0.0', ab);
  assert.equal(scored.headers.get('x-warmstart-model-sha256'), sha256(fixtureFile('add')));
  assertFault(
    await patch(app.url, 'said/1.0.0', [], { operationId: '1st' }),
    400,
    'SCORE_ERR_PUBLISH_FORM',
    /identifier/,
  );
});

test('a deleted version is gone with its files and what was said of it, and can be published anew', async () => {
  await publish(app.url, 'gone/1.0.0', add());
  await patch(app.url, 'gone/1.0.0', [], { description: 'changed' });
  const deleted = await send(`${app.url}/services/gone/1.0.0`, { method: 'DELETE' });
  assert.equal(deleted.status, 200, deleted.text);
  assertFault(await score('gone/1.0.0', ab), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  assert.deepEqual(await stored('models', 'gone/'), []);
  const again = await publish(app.url, 'gone/1.0.0', [modelPart(fixtureFile('matrix'))]);
  assert.equal(again.status, 201, again.text);
  const [record] = JSON.parse((await send(`${app.url}/services/gone/1.0.0`)).text) as Record<
    string,
    unknown
  >[];
  assert.notEqual(record?.description, 'changed');
  const shipped = await send(`${app.url}/services/cars/1.0.0`, { method: 'DELETE' });
  assertFault(shipped, 409, 'SCORE_ERR_SERVICE_SHIPPED');
});

interface RefusedForm {
  readonly what: string;
  readonly files?: readonly FormFile[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly message: RegExp;
}

const refusedForms: readonly RefusedForm[] = [
  { what: 'no model', files: [], message: /file of the model is missing/ },
  { what: 'facts alone', files: [besides('model.json', '{}')], message: /file of the model is missing/ },
  {
    what: 'a part of another name',
    files: [{ part: 'weights', fileName: 'w.bin', content: 'x' }],
    message: /no part 'weights'/,
  },
  { what: 'a path', files: [besides('a/b.bin', 'x')], message: /must be 1 to 200 letters/ },
  { what: 'a way out', files: [besides('../weights.bin', 'x')], message: /must be 1 to 200 letters/ },
  { what: 'a Windows path', files: [besides('C:weights.bin', 'x')], message: /must be 1 to 200 letters/ },
  { what: 'a hidden file', files: [besides('.npmrc', 'x')], message: /must be 1 to 200 letters/ },
  { what: 'an empty name', files: [besides('', 'x')], message: /must be 1 to 200 letters/ },
  { what: 'a file twice', files: [besides('w.bin', 'x'), besides('W.BIN', 'y')], message: /comes twice/ },
  { what: 'the graph twice', files: [modelPart('x'), besides('model.onnx', 'y')], message: /comes twice/ },
  {
    what: 'a file that is not used',
    files: [...add(), besides('more.bin', 'x')],
    message: /does not use the file 'more.bin'/,
  },
  {
    what: 'too many files',
    files: Array.from({ length: 33 }, (_, i) => besides(`${i}.bin`, '')),
    message: /at most 32 files/,
  },
  { what: 'an unknown field', fields: { owner: 'me' }, message: /no field 'owner'/ },
  { what: 'the model as a text', fields: { model: 'x' }, message: /expected model as a file/ },
  { what: 'a long description', fields: { description: 'x'.repeat(20_000) }, message: /too long/ },
  { what: 'no identifier', fields: { operationId: 'a-b' }, message: /identifier/ },
  {
    what: 'code',
    files: [besides('scoring.mjs', 'x')],
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /only deployed with the app/,
  },
  {
    what: 'code as the model',
    files: [modelPart('x', 'a.js')],
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /only deployed with the app/,
  },
  {
    what: 'assets of code',
    files: [besides('assets/table.json', 'x')],
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /only deployed with the app/,
  },
  {
    what: 'a script',
    fields: { code: 'print(1)' },
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /scripts are not run here/,
  },
  {
    what: 'an R model',
    files: [modelPart('blob\0\0')],
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /serialized R model/,
  },
  {
    what: 'an RDS file',
    files: [modelPart(Buffer.from([0x1f, 0x8b, 8, 0]))],
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /R writes models/,
  },
  {
    what: 'a pickle',
    files: [modelPart(Buffer.from([0x80, 4, 0x95, 0]))],
    code: 'SCORE_ERR_SERVICE_SCRIPT',
    message: /pickled/,
  },
];

for (const { what, files = add(), fields = {}, code = 'SCORE_ERR_PUBLISH_FORM', message } of refusedForms) {
  test(`a form with ${what} is refused and leaves nothing`, async () => {
    const before = await stored('models');
    assertFault(await publish(app.url, 'refused/1.0.0', files, fields), 400, code, message);
    assert.deepEqual(await stored('models'), before);
    assertFault(await score('refused/1.0.0', ab), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  });
}

test('a body that is cut anywhere is refused and leaves nothing', async () => {
  const { body, headers } = multipart(add(), { description: 'cut' });
  const before = await stored('models');
  for (let length = body.length - 3; length > 0; length -= 37) {
    const answer = await send(`${app.url}/realtime-services/cut/1.0.0`, {
      body: body.subarray(0, length),
      headers,
    });
    assert.equal(answer.status, 400, `${length} bytes: ${answer.text}`);
    assert.equal(jsonOf(answer, 400).errorCode, 'SCORE_ERR_PUBLISH_FORM');
  }
  assert.deepEqual(await stored('models'), before);
});

test('bodies of other kinds, empty and too large ones are refused by what they are', async () => {
  const url = `${app.url}/realtime-services/kind/1.0.0`;
  const sent = (contentType: string, body: string | Uint8Array) =>
    send(url, { body, headers: { 'content-type': contentType } });
  assertFault(await sent('application/octet-stream', fixtureFile('add')), 415, 'SCORE_ERR_BODY_MEDIA_TYPE');
  assertFault(await sent('multipart/form-data', 'x'), 415, 'SCORE_ERR_BODY_MEDIA_TYPE');
  assertFault(
    await sent('multipart/form-data; charset=utf-8', 'x'),
    400,
    'SCORE_ERR_PUBLISH_FORM',
    /boundary/,
  );
  assertFault(await sent('application/json', '{"uploads": ["x"]}'), 400, 'SCORE_ERR_PUBLISH_FORM', /uploads/);
  assertFault(await sent('application/json', '{"upload": []}'), 400, 'SCORE_ERR_PUBLISH_FORM', /'upload'/);
  assertFault(await sent('application/json', '{"uploads": '), 400, 'SCORE_ERR_BODY_SYNTAX');
  assertFault(await sent('multipart/form-data; boundary=x', ''), 400, 'SCORE_ERR_BODY_EMPTY');
  const large = new Uint8Array(64 * 2 ** 20 + 1);
  assertFault(await sent('multipart/form-data; boundary=x', large), 413, 'SCORE_ERR_BODY_TOO_LARGE');
});

test('names that no folder could have are refused', async () => {
  for (const place of ['bad%20name/1.0.0', 'm/..%2f', 'm/1.', '.m/1', `${'m'.repeat(101)}/1`]) {
    const answer = await publish(app.url, place, add());
    assert.ok(answer.status === 400 || answer.status === 404, `${place}: ${answer.status}`);
  }
  assert.ok((await stored('models')).every((name) => !name.includes(' ') && !name.includes('..')));
});
