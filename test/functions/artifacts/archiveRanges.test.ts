import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../../support/http.js';
import { readZip } from '../../support/readZip.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from '../batch/batchApp.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file, {
    models: { 'wide/1.0.0': { fixture: 'wide', modelJson: { artifacts: ['y.npy'] } } },
    environment: { WARMSTART_RESULT_LINKS: 'off' },
  });
});

/** A part of the archive, as the header `range` asks for it. */
async function part(id: string, range: string) {
  const answer = await fetch(`${app.url}/jobs/${id}/artifacts`, { headers: { range } });
  assert.equal(answer.status, 206);
  return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

test('without links a large archive comes in ranges of one file, made once', async () => {
  const items = Array.from({ length: 20 }, (_, i) => ({ x: i + 1 }));
  const started = await send(`${app.url}/api/wide/1.0.0/batch`, { body: items });
  const id = String(jsonOf(started, 202).batchExecutionId);
  await app.client.completed(id);
  const problem = jsonOf(await app.client.get(`/jobs/${id}/artifacts`), 413);
  assert.equal(problem.code, 'SCORE_ERR_RESULT_RANGE');
  assert.match(
    String(problem.detail),
    /the file has \d+ bytes; ask with a Range header for at most 16777216/,
  );
  const first = await part(id, 'bytes=0-');
  assert.equal(first.bytes.length, 16 * 2 ** 20);
  const rest = await part(id, `bytes=${first.bytes.length}-`);
  assert.equal(rest.answer.headers.get('etag'), first.answer.headers.get('etag'));
  assert.equal(first.answer.headers.get('content-type'), 'application/zip');
  const files = readZip(Buffer.concat([first.bytes, rest.bytes]));
  assert.deepEqual(
    files.map(({ name }) => name),
    items.map((_, i) => `${i}/y.npy`),
  );
});
