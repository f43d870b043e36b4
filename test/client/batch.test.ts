import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { csvFile, InputError, MLServer, type Service } from '../../client/src/index.js';
import { temporaryDir } from '../support/temporaryDir.js';
import { startStubServer, type SeenRequest, type StubAnswer, type StubServer } from './stubServer.js';

const cars = {
  name: 'cars',
  version: '1',
  inputParameterDefinitions: [{ name: 'hp', type: 'numeric' }],
};

const batchPath = '/api/cars/1/batch';

async function startCars(
  t: TestContext,
  answer: (request: SeenRequest) => StubAnswer,
): Promise<StubServer & { readonly svc: Service }> {
  const stub = await startStubServer(t, (request) =>
    request.path === '/services/cars' ? { body: [cars] } : answer(request),
  );
  const svc = await new MLServer(stub.url).getService('cars');
  return { ...stub, svc };
}

const started: StubAnswer = { status: 202, body: { batchExecutionId: 'b1', BatchExecutionId: 'b1' } };

test('a start sends the records and the count, once', async (t) => {
  const { svc, seen, lines } = await startCars(t, () => started);
  const records = [{ hp: 1 }, { hp: 2 }];
  const batch = svc.batch(records);
  assert.equal(batch.executionId, undefined);
  records.push({ hp: 3 });
  (records[0] as { hp: number }).hp = 9;
  const [same] = await Promise.all([batch.start(), batch.start()]);
  assert.equal(same, batch);
  await batch.start();
  assert.equal(batch.executionId, 'b1');
  assert.deepEqual(lines().slice(1), [`POST ${batchPath}?parallelCount=10`]);
  assert.deepEqual(JSON.parse(seen[1]?.body.toString() ?? ''), [{ hp: 1 }, { hp: 2 }]);
});

for (const key of ['batchExecutionId', 'BatchExecutionId']) {
  test(`the id of a start is read as ${key}`, async (t) => {
    const { svc } = await startCars(t, () => ({ status: 202, body: { [key]: 'b7' } }));
    assert.equal((await svc.batch({ hp: [1] }, 3).start()).executionId, 'b7');
  });
}

test('a start that fails can be tried again', async (t) => {
  const answers: StubAnswer[] = [{ status: 500 }, { status: 202, body: {} }, started];
  const { svc } = await startCars(t, () => answers.shift() ?? started);
  const batch = svc.batch([{ hp: 1 }]);
  await assert.rejects(batch.start(), { status: 500 });
  await assert.rejects(batch.start(), /without batchExecutionId/);
  assert.equal((await batch.start()).executionId, 'b1');
});

test('records in a file are read at the start', async (t) => {
  const { svc, seen } = await startCars(t, () => started);
  const file = path.join(temporaryDir(t), 'cars.tsv');
  const batch = svc.batch(csvFile(file), 2);
  writeFileSync(file, 'car\thp\nMazda\t110\n');
  await batch.start();
  assert.equal(seen[1]?.path, `${batchPath}?parallelCount=2`);
  assert.deepEqual(JSON.parse(seen[1].body.toString()), [{ hp: 110 }]);
  await assert.rejects(svc.batch('nothing\nof that\n').start(), InputError);
});

test('results have state, counts and one answer per record', async (t) => {
  const done = { success: true, errorMessage: '', outputParameters: { answer: 1 }, outputFiles: {} };
  const failed = { success: false, errorMessage: 'bad row', outputParameters: {}, outputFiles: {} };
  const batchExecutionResults = [done, failed, { ...failed, errorMessage: '' }];
  const body = { state: 'InProgress', completedItemCount: 2, totalItemCount: 3, batchExecutionResults };
  const { svc, lines } = await startCars(t, () => ({ body }));
  const batch = svc.getBatch('b1');
  const results = await batch.results();
  const { state, completedItemCount, totalItemCount, ended } = results;
  assert.deepEqual([state, completedItemCount, totalItemCount, ended], ['InProgress', 2, 3, false]);
  assert.equal(results.execution(0).output('answer'), 1);
  assert.deepEqual(
    results.executions.map(({ success, error }) => [success, error]),
    [
      [true, ''],
      [false, 'bad row'],
      [false, ''],
    ],
  );
  for (const index of [3, -1, 0.5]) assert.throws(() => results.execution(index), InputError);
  assert.equal((await batch.execution(1)).error, 'bad row');
  await batch.results(false);
  assert.deepEqual(lines().slice(1), [
    `GET ${batchPath}/b1?showPartialResults=true`,
    `GET ${batchPath}/b1?showPartialResults=true`,
    `GET ${batchPath}/b1?showPartialResults=false`,
  ]);
});

for (const [state, ended] of [
  ['Complete', true],
  ['Failed', true],
  ['Pending', false],
] as const) {
  test(`state ${state}: ended is ${ended}`, async (t) => {
    const body = { state, completedItemCount: 0, totalItemCount: 0, batchExecutionResults: null };
    const { svc } = await startCars(t, () => ({ body }));
    const results = await svc.getBatch('b1').results();
    assert.equal(results.ended, ended);
    assert.deepEqual(results.executions, []);
    assert.equal(await svc.getBatch('b1').state(), state);
  });
}

test('an answer without state or counts is an error', async (t) => {
  const { svc } = await startCars(t, () => ({ body: { state: 'Complete' } }));
  await assert.rejects(svc.getBatch('b1').results(), /without state and counts/);
});

test('executions are listed under both names, and null is none', async (t) => {
  const answers: unknown[] = [['b2', 'b1'], ['b2', 'b1'], null];
  const { svc } = await startCars(t, () => ({ body: answers.shift() }));
  assert.deepEqual(await svc.listBatchExecutions(), ['b2', 'b1']);
  assert.deepEqual(await svc.getBatchExecutions(), ['b2', 'b1']);
  assert.deepEqual(await svc.listBatchExecutions(), []);
});

test('files of a record are listed, read and downloaded', async (t) => {
  const png = Buffer.from([0x89, 0x50, 0x00, 0xff]);
  const { svc, lines } = await startCars(t, ({ path: asked }) => {
    if (asked.endsWith('/files')) return { body: asked.includes('/9/') ? 'null' : ['a.png', 'a b.csv'] };
    return { headers: { 'content-type': 'application/octet-stream' }, body: png };
  });
  const batch = svc.getBatch('b1');
  assert.deepEqual(await batch.listArtifacts(1), ['a.png', 'a b.csv']);
  assert.deepEqual(await batch.listArtifacts(9), []);
  assert.deepEqual(await batch.artifact(1, 'a.png'), new Uint8Array(png));
  const folder = temporaryDir(t);
  assert.deepEqual(await batch.download(1, 'a.png', folder), [path.join(folder, 'a.png')]);
  assert.deepEqual(await batch.download(2, undefined, folder), [
    path.join(folder, 'a.png'),
    path.join(folder, 'a b.csv'),
  ]);
  assert.deepEqual(readFileSync(path.join(folder, 'a b.csv')), png);
  // the record that was asked for, whatever the place of the file in the list
  assert.equal(lines().at(-1), `GET ${batchPath}/b1/2/files/a%20b.csv`);
  await assert.rejects(
    batch.download(1, 'a.png', path.join(folder, 'none')),
    /expected a folder that is there/,
  );
  await assert.rejects(batch.listArtifacts(-1), InputError);
  await assert.rejects(batch.artifact(0.5, 'a.png'), InputError);
});

for (const name of ['../evil.txt', '/etc/evil.txt', 'a/b', 'a\\b', 'C:evil']) {
  test(`a server that names a file ${name} writes nowhere`, async (t) => {
    const parent = temporaryDir(t);
    const { svc } = await startCars(t, ({ path: asked }) => ({
      body: asked.endsWith('/files') ? [name] : 'x',
    }));
    await assert.rejects(svc.getBatch('b1').download(0, undefined, parent), InputError);
    assert.deepEqual(readdirSync(parent), []);
  });
}

test('a cancel deletes the execution and gives the batch', async (t) => {
  const { svc, lines } = await startCars(t, () => ({ body: ['b1'] }));
  const batch = svc.getBatch('b1');
  assert.equal(await batch.cancel(), batch);
  assert.deepEqual(lines().slice(1), [`DELETE ${batchPath}/b1`]);
});

test('a batch that has not been started has nothing to tell', async (t) => {
  const { svc } = await startCars(t, () => started);
  const batch = svc.batch([{ hp: 1 }]);
  for (const call of [batch.results(), batch.state(), batch.cancel(), batch.listArtifacts(0)]) {
    await assert.rejects(call, /the batch has not been started/);
  }
});
