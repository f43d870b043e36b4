import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from '../batch/batchApp.js';
import { ServiceBatchClient } from './serviceBatchClient.js';

const file = fileCleanUp();
const place = 'cars/1.0.0';
let app: BatchApp;
let cars: ServiceBatchClient;

const items = [
  { hp: 120, wt: 2.8 },
  { hp: 'x', wt: 2 },
  { inputData: { wt: [2.32, 3.57], hp: [93, 335] } },
  { hp: 1 },
] as const;
const failed = [1, 3];

before(async () => {
  app = await startBatchApp(file, {
    models: {
      [place]: { shipped: 'transmission/1.0.0' },
      'slow/1.0.0': { fixture: 'heavy', modelJson: { artifacts: ['answer.csv'] } },
    },
  });
  cars = new ServiceBatchClient(app.url, place);
});

async function ended(): Promise<string> {
  const id = await cars.started(items);
  await cars.ended(id);
  return id;
}

test('items that have results have the files of their model, the others none', async () => {
  const id = await ended();
  for (const index of items.keys()) {
    const answer = await cars.call(`/${id}/${index}/files`);
    assert.equal(answer.status, 200, answer.text);
    const names = failed.includes(index) ? [] : ['answer.csv', 'explanation.json'];
    assert.deepEqual(JSON.parse(answer.text), names);
  }
});

test('a file comes as it is, whatever is accepted, and is that of a call of its own', async () => {
  const id = await ended();
  for (const index of [0, 2]) {
    const single = await send(`${app.url}/api/${place}?outputFiles=answer.csv`, { body: items[index] });
    const { outputFiles } = jsonOf(single) as { outputFiles: Record<string, string> };
    const answer = await cars.call(`/${id}/${index}/files/answer.csv`, {
      headers: { accept: 'application/json' },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.text, Buffer.from(outputFiles['answer.csv'] ?? '', 'base64').toString());
    assert.equal(answer.text.trimEnd().split('\n').length, index === 0 ? 2 : 3);
  }
  const explanation = await cars.call(`/${id}/0/files/explanation.json`);
  assert.equal(explanation.headers.get('content-type'), 'application/json');
  assert.ok(JSON.parse(explanation.text));
});

test('a file that the item does not have is 404', async () => {
  const id = await ended();
  for (const path of ['0/files/none.csv', '1/files/answer.csv', '3/files/answer.csv', '4/files/answer.csv']) {
    const problem = jsonOf(await cars.call(`/${id}/${path}`), 404);
    assert.equal(problem.errorCode, 'SCORE_ERR_ITEM_NOT_FOUND', path);
  }
});

test('an item that is not done has no files yet', async () => {
  const slow = new ServiceBatchClient(app.url, 'slow/1.0.0');
  const id = await slow.started(Array.from({ length: 200 }, () => ({ x: 1 })));
  const answer = await slow.call(`/${id}/199/files`);
  assert.deepEqual([answer.status, answer.text], [200, '[]']);
  assert.equal((await slow.call(`/${id}/199/files/answer.csv`)).status, 404);
  await slow.call(`/${id}`, { method: 'DELETE' });
});
