import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from '../batch/batchApp.js';
import { until } from '../batch/jobClient.js';
import { utf8 } from '../../support/bytes.js';
import { fixtureFile } from './publishCalls.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file, { triggers: true });
});

interface Upload {
  readonly uploadId: string;
  readonly blob: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function upload(fileName: string, content: Buffer): Promise<Upload> {
  const answer = await send(`${app.url}/uploads`, { body: { kind: 'model', fileName } });
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const announced = jsonOf(answer, 201) as unknown as Upload;
  const { url, method, headers } = announced;
  const put = await fetch(url, { method, headers, body: new Uint8Array(content) });
  assert.equal(put.status, 201, await put.text());
  return announced;
}

test('files put to signed links are published by their ids, and start no job', async () => {
  const graph = await upload('model.onnx', fixtureFile('external-data'));
  const weights = await upload('weights.bin', fixtureFile('external-data', 'weights.bin'));
  assert.equal(graph.blob, `uploads/_models/${graph.uploadId}/model.onnx`);
  const body = { uploads: [graph.uploadId, weights.uploadId], description: 'by link', operationId: 'weigh' };
  const answer = await send(`${app.url}/realtime-services/linked/1.0.0`, { body });
  assert.deepEqual([answer.status, answer.text], [201, '"1.0.0"']);
  const infer = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 1, 1, 1] }] };
  const { outputs } = jsonOf(await send(`${app.url}/v2/models/linked/infer`, { body: infer })) as {
    outputs: { data: number[] }[];
  };
  assert.deepEqual(outputs[0]?.data, [16, 20]);
  // another file, which does start a job, tells that those of the model have been looked at
  await app.store.put({ container: 'uploads', name: 'ids/1.0.0/x.csv' }, utf8('x\n1\n'));
  const { jobs } = await until('the job of the other file', async () => {
    const listed = jsonOf(await app.client.get('/jobs')) as { jobs: { services: string[] }[] };
    return listed.jobs.length > 0 ? listed : undefined;
  });
  assert.equal(jobs.length, 1);
});

test('what is no file of a model is refused when it is announced', async () => {
  const announce = (body: unknown) => send(`${app.url}/uploads`, { body });
  const code = async (body: unknown) => (await announce(body)).headers.get('x-ms-error-code');
  assert.equal(await code({ kind: 'model', fileName: 'scoring.mjs' }), 'SCORE_ERR_SERVICE_SCRIPT');
  assert.equal(await code({ kind: 'model', fileName: '.hidden' }), 'SCORE_ERR_PUBLISH_FORM');
  assert.equal(await code({ kind: 'model', fileName: 'a/b' }), 'SCORE_ERR_JOB_OPTION');
  assert.equal(await code({ kind: 'model' }), 'SCORE_ERR_JOB_OPTION');
  assert.equal(await code({ kind: 'module', fileName: 'a' }), 'SCORE_ERR_JOB_OPTION');
  assert.equal(await code({ kind: 'model', fileName: 'a', service: 'x' }), 'SCORE_ERR_JOB_OPTION');
});
