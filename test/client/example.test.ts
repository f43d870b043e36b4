import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { csvFile, MLServer, MLServerError, type Batch, type BatchResponse } from '../../client/src/index.js';
import { startBatchApp, type BatchApp } from '../functions/batch/batchApp.js';
import { until } from '../functions/batch/jobClient.js';
import { projectRoot } from '../support/project.js';
import { fileCleanUp, temporaryDir } from '../support/temporaryDir.js';
import { installClient } from './clientPackage.js';
import { checkWritten, docsBlocks } from './docsExample.js';

const file = fileCleanUp();
const run = promisify(execFile);
const mtcars = path.join(projectRoot, 'tools', 'train', 'data', 'mtcars.csv');
const cars = csvFile(mtcars);
const login = { username: 'anna', password: 'any while access is off' };
let app: BatchApp;
let server: MLServer;

before(async () => {
  app = await startBatchApp(file, { models: { 'transmission/1.0.0': { shipped: 'transmission/1.0.0' } } });
  server = new MLServer(app.url, { auth: login });
});

/** Looks until the execution has ended; counts and rows that were shown may only grow. */
function ended(batch: Batch): Promise<BatchResponse> {
  let shown = 0;
  return until('the end of the batch', async () => {
    const results = await batch.results();
    assert.ok(results.completedItemCount >= shown, 'a record that was done is not done');
    shown = results.completedItemCount;
    const done = results.executions.filter(({ success, error }) => success || error !== '');
    assert.equal(done.length, shown);
    return results.ended ? results : undefined;
  });
}

test('the example: log in, get a service, batch of cars, results while they come, files, cancel', async (t) => {
  await server.login();
  const svc = await server.getService<'manualTransmission'>('transmission', { version: '1.0.0' });
  const { outputs } = await svc.manualTransmission({ hp: 110, wt: 2.875 });

  const batch = await svc.batch(cars, 10).start();
  assert.match(batch.executionId ?? '', /^[0-9a-f-]{36}$/);
  const results = await ended(batch);
  assert.deepEqual(
    [results.state, results.completedItemCount, results.totalItemCount, results.executions.length],
    ['Complete', 32, 32, 32],
  );
  assert.equal(await batch.state(), 'Complete');
  // the second car of the file is the one that was scored alone
  assert.deepEqual(results.execution(1).outputs, outputs);
  assert.deepEqual((await batch.execution(1)).outputs, outputs);
  assert.throws(() => results.execution(32), /expected one of 32 results/);

  const found = svc.getBatch(batch.executionId ?? '');
  assert.deepEqual(await found.listArtifacts(1), ['answer.csv', 'explanation.json']);
  const answer = new TextDecoder().decode(await found.artifact(1, 'answer.csv'));
  assert.match(answer, /^hp,wt,answer\r?\n110,2\.875,0\.\d+\r?\n$/);
  const folder = temporaryDir(t);
  const paths = await found.download(1, undefined, folder);
  assert.deepEqual(
    paths,
    ['answer.csv', 'explanation.json'].map((name) => path.join(folder, name)),
  );
  assert.equal(readFileSync(paths[0] as string, 'utf8'), answer);

  const other = await svc.batch(cars, 10).start();
  const ids = await svc.listBatchExecutions();
  assert.deepEqual(new Set(ids), new Set([batch.executionId, other.executionId]));
  assert.equal(await other.cancel(), other);
  for (const call of [() => other.results(), () => other.cancel(), () => other.listArtifacts(0)]) {
    await assert.rejects(call(), (error) => error instanceof MLServerError && error.status === 404);
  }
  assert.deepEqual(await svc.getBatchExecutions(), [batch.executionId]);
});

test('a bad record is one failed result, and says why', async () => {
  const svc = await server.getService('transmission');
  const results = await ended(await svc.batch('hp,wt\n110,2.62\nmany,2.1\n93,2.32\n').start());
  assert.equal(results.state, 'Complete');
  assert.deepEqual(
    results.executions.map(({ success }) => success),
    [true, false, true],
  );
  assert.match(results.execution(1).error, /hp.*expected a number, got/);
  assert.deepEqual(results.execution(1).outputs, {});
});

test('one call scores all records of a file as a frame, with its files', async () => {
  const svc = await server.getService('transmission');
  const response = await svc.consume(cars, { outputFiles: ['answer.csv'] });
  const { answer } = response.output('outputData') as { answer: readonly number[] };
  assert.equal(answer.length, 32);
  const lines = new TextDecoder().decode(response.artifact('answer.csv')).trimEnd().split('\n');
  assert.equal(lines.length, 33);
});

test('what the server refuses is told with code, status and request id', async () => {
  const svc = await server.getService('transmission');
  const error: unknown = await svc.consume({ hp: 'many', wt: 1 }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof MLServerError);
  assert.deepEqual([error.status, error.code], [400, 'SCORE_ERR_INPUT_VALUE']);
  assert.match(error.message, /'?hp'?/);
  assert.match(error.requestId ?? '', /\S/);
  await assert.rejects(server.getService('nope'), { status: 404 });
  await assert.rejects(server.getService('transmission', { version: '9' }), { status: 404 });
});

test('the program of docs/machine-learning-server.md runs as it stands there', async (t) => {
  const project = temporaryDir(t);
  await installClient(project);
  const [program = ''] = docsBlocks('machine-learning-server.md', 'typescript');
  // the pause is for people
  writeFileSync(path.join(project, 'program.mts'), program.replace('pause(1000)', 'pause(20)'));
  copyFileSync(mtcars, path.join(project, 'mtcars.csv'));
  const env = { ...process.env, HOST: app.url, USER_NAME: login.username, PASSWORD: login.password };
  const { stdout } = await run(process.execPath, ['program.mts'], { cwd: project, env });
  checkWritten(stdout);
  assert.match(readFileSync(path.join(project, 'answer.csv'), 'utf8'), /^hp,wt,answer/);
});
