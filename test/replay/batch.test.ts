import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startBatchApp } from '../functions/batch/batchApp.js';
import { until } from '../functions/batch/jobClient.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { sendAsPython, type PythonRequest, type RawAnswer } from './pythonCall.js';
import { item, jsonOf, list, readBatchResponse, text, type PythonBatchResponse } from './pythonReads.js';

const file = fileCleanUp();
let url = '';

const api = '/api/transmission/1.0.0/batch';
const outputs = [{ name: 'answer', type: 'numeric' }];
const frame = [{ name: 'outputData', type: 'data.frame' }];
const rows = '[{"hp": 110.0, "wt": 2.62}, {"hp": 93.0, "wt": 2.32}]';

before(async () => {
  ({ url } = await startBatchApp(file, {
    models: {
      'transmission/1.0.0': { shipped: 'transmission/1.0.0' },
      'wine/1.0.0': { shipped: 'wine/1.0.0' },
    },
  }));
});

const call = (method: PythonRequest['method'], path: string, body?: string): Promise<RawAnswer> =>
  sendAsPython(url, {
    method,
    path,
    token: 'any while access is off',
    ...(body === undefined ? {} : { body }),
  });

/** `batch.start()`: reads `BatchExecutionId`. */
async function start(body = rows, path = api): Promise<string> {
  const answer = await call('POST', `${path}?parallelCount=10`, body);
  assert.equal(answer.status, 202);
  return text(item(jsonOf(answer), 'BatchExecutionId'));
}

/** `batch.results()`: sends `showPartialResult`, in the singular. */
async function results(id: string, show = true, path = api, schema = outputs): Promise<PythonBatchResponse> {
  return readBatchResponse(jsonOf(await call('GET', `${path}/${id}?showPartialResult=${show}`)), schema);
}

const isEnded = ({ state }: PythonBatchResponse) => state === 'Complete' || state === 'Failed';

function ended(id: string, path = api, schema = outputs): Promise<PythonBatchResponse> {
  return until(`the end of ${id}`, async () => {
    const response = await results(id, true, path, schema);
    return isEnded(response) ? response : undefined;
  });
}

test('batch(records).start(): the id under the spelling of the client, and that of the document', async () => {
  const answer = jsonOf(await call('POST', `${api}?parallelCount=10`, rows));
  assert.equal(item(answer, 'batchExecutionId'), item(answer, 'BatchExecutionId'));
});

test('start without parallelCount, as other clients send it', async () => {
  assert.equal((await call('POST', api, rows)).status, 202);
});

test('results(): counts, state in PascalCase, and one response per record in their order', async () => {
  const response = await ended(await start());
  assert.equal(response.state, 'Complete');
  assert.deepEqual([response.completedItemCount, response.totalItemCount], [2, 2]);
  const scored = await Promise.all(
    ['{"hp": 110.0, "wt": 2.62}', '{"hp": 93.0, "wt": 2.32}'].map(async (row) =>
      item(item(jsonOf(await call('POST', '/api/transmission/1.0.0', row)), 'outputParameters'), 'answer'),
    ),
  );
  assert.deepEqual([response.execution(0).outputs.answer, response.execution(1).outputs.answer], scored);
  assert.deepEqual([response.execution(0).error, response.execution(0).artifacts], ['', {}]);
});

test('results() before the end: every record has a response, done or not', async () => {
  const id = await start();
  await until('the end', async () => {
    const response = await results(id);
    assert.ok(['Pending', 'Ready', 'InProgress', 'Complete', 'Failed'].includes(text(response.state)));
    for (const index of [0, 1]) response.execution(index);
    return isEnded(response) ? true : undefined;
  });
});

test('results(show_partial_results=False): an empty list, not null, until it is complete', async () => {
  const id = await start();
  await until('the end', async () => {
    const answer = jsonOf(await call('GET', `${api}/${id}?showPartialResult=false`));
    const complete = item(answer, 'state') === 'Complete';
    assert.equal(list(item(answer, 'batchExecutionResults')).length, complete ? 2 : 0);
    return complete ? true : undefined;
  });
});

const flags = [
  'showPartialResult=true',
  'showPartialResults=true',
  'showPartialResult=True',
  'SHOWPARTIALRESULTS=true',
  '',
];

for (const flag of flags) {
  test(`results with '${flag}': results while it runs`, async () => {
    const id = await start();
    const answer = jsonOf(await call('GET', `${api}/${id}${flag === '' ? '' : `?${flag}`}`));
    assert.equal(list(item(answer, 'batchExecutionResults')).length, 2);
  });
}

test('get_batch(id).results() after the batch object is gone: the id is enough', async () => {
  const id = await start();
  await ended(id);
  assert.equal((await results(id)).state, 'Complete');
});

test('list_batch_executions(): ids as texts', async () => {
  const id = await start();
  const ids = list(jsonOf(await call('GET', api))).map(text);
  assert.ok(ids.includes(id));
  assert.deepEqual(jsonOf(await call('GET', '/api/wine/1.0.0/batch')), []);
});

test('list_artifacts(i): a list of names; artifact(i, name): raw bytes although JSON is accepted', async () => {
  const id = await start();
  await ended(id);
  const names = list(jsonOf(await call('GET', `${api}/${id}/1/files`))).map(text);
  assert.deepEqual(names, ['answer.csv', 'explanation.json']);
  const { status, body, headers } = await call('GET', `${api}/${id}/1/files/answer.csv`);
  assert.equal(status, 200);
  assert.equal(headers['content-encoding'], undefined);
  assert.match(body.toString(), /^hp,wt,answer\r?\n93,2\.32,/);
  // what download(1) of the client asks for: the place of the file in the list in the place of the index
  assert.equal((await call('GET', `${api}/${id}/0/files/answer.csv`)).status, 200);
});

test('artifacts of a record or under a name that there is not: 404', async () => {
  const id = await start();
  await ended(id);
  assert.equal((await call('GET', `${api}/${id}/2/files`)).status, 404);
  assert.equal((await call('GET', `${api}/${id}/0/files/none.png`)).status, 404);
});

test('cancel(): 2xx, and then the execution is 404 everywhere', async () => {
  const id = await start();
  const removed = await call('DELETE', `${api}/${id}`);
  for (const one of list(jsonOf(removed))) text(one);
  for (const path of [`${api}/${id}`, `${api}/${id}/0/files`, `${api}/${id}/0/files/answer.csv`]) {
    assert.equal((await call('GET', path)).status, 404, path);
  }
  assert.equal((await call('DELETE', `${api}/${id}`)).status, 404);
  assert.ok(!list(jsonOf(await call('GET', api))).includes(id));
});

test('a record that does not fit: its response has the error, the others have their outputs', async () => {
  const id = await start('[{"hp": 110.0, "wt": 2.62}, {"hp": "many", "wt": 2.32}, {"hp": 93.0, "wt": null}]');
  const response = await ended(id);
  assert.deepEqual([response.state, response.completedItemCount], ['Complete', 3]);
  assert.equal(response.execution(0).error, '');
  assert.match(String(response.execution(1).error), /hp/);
  assert.match(String(response.execution(2).error), /wt/);
  assert.deepEqual(response.execution(1).outputs, { answer: null });
});

test('records that are frames: one response each, with all rows of the frame', async () => {
  const path = '/api/wine/1.0.0/batch';
  const swagger = jsonOf(await call('GET', '/api/wine/1.0.0/swagger.json'));
  const example = item(item(item(swagger, 'definitions'), 'InputParameters'), 'example');
  const columns = Object.entries(item(example, 'inputData') as Record<string, unknown[]>);
  const twice = { inputData: Object.fromEntries(columns.map(([name, [value]]) => [name, [value, value]])) };
  const response = await ended(await start(JSON.stringify([example, twice]), path), path, frame);
  const cultivars = [0, 1].map(
    (index) => list(item(response.execution(index).outputs.outputData, 'cultivar')).length,
  );
  assert.deepEqual(cultivars, [1, 2]);
  assert.equal(response.totalItemCount, 2);
});

const refused: readonly (readonly [string, PythonRequest['method'], string, string | undefined, number])[] = [
  ['an unknown service', 'POST', '/api/nope/1.0.0/batch?parallelCount=10', rows, 404],
  [
    'an unknown execution',
    'GET',
    `${api}/6f7d8a52-0000-4000-8000-000000000000?showPartialResult=true`,
    undefined,
    404,
  ],
  ['an id that is none', 'GET', `${api}/none?showPartialResult=true`, undefined, 404],
  ['records that are no list', 'POST', `${api}?parallelCount=10`, '{"hp": 1}', 400],
  ['a count that is no number', 'POST', `${api}?parallelCount=many`, rows, 400],
  ['a flag that is no boolean', 'GET', `${api}/none?showPartialResult=maybe`, undefined, 400],
];

for (const [name, method, path, body, status] of refused) {
  test(`HttpException ${status}: ${name}`, async () => {
    const answer = await call(method, path, body);
    assert.equal(answer.status, status, answer.body.toString());
    for (const key of ['message', 'link', 'exceptionType', 'code'])
      item(JSON.parse(answer.body.toString()), key);
  });
}
