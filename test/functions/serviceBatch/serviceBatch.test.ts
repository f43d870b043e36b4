import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { jobModels, startBatchApp, type BatchApp } from '../batch/batchApp.js';
import { until } from '../batch/jobClient.js';
import { ServiceBatchClient } from './serviceBatchClient.js';

const file = fileCleanUp();
let app: BatchApp;
let cars: ServiceBatchClient;
let slow: ServiceBatchClient;

const service = (name: string) => new ServiceBatchClient(app.url, name);

const car = (hp: unknown, wt: unknown = 2.8) => ({ hp, wt });
const notDone = {
  success: false,
  errorMessage: '',
  outputParameters: {},
  outputFiles: {},
  consoleOutput: '',
  changedFiles: [],
};

before(async () => {
  app = await startBatchApp(file, {
    models: {
      ...jobModels,
      'slow/1.0.0': { fixture: 'heavy' },
      'add/2.0.0': { fixture: 'add' },
      'image/1.0.0': { fixture: 'image' },
      'fixed/1.0.0': { fixture: 'fixed-batch' },
      'total/1.0.0': { fixture: 'scalar-output' },
      'identity/1.0.0': { fixture: 'image-identity' },
    },
  });
  cars = service('cars/1.0.0');
  slow = service('slow/1.0.0');
});

test('a batch is taken with both spellings of its id, and every record is answered as alone', async () => {
  const items = [car(120), car(93, 2.32), car(335, 3.57)];
  const answer = await cars.start(items);
  const { batchExecutionId, BatchExecutionId, ...more } = jsonOf(answer, 202);
  assert.ok(typeof BatchExecutionId === 'string');
  assert.equal(batchExecutionId, BatchExecutionId);
  assert.deepEqual(more, {});
  assert.equal(answer.headers.get('location'), `/api/cars/1.0.0/batch/${BatchExecutionId}`);
  const { batchExecutionResults: results, ...rest } = await cars.ended(BatchExecutionId);
  assert.deepEqual(rest, { state: 'Complete', completedItemCount: 3, totalItemCount: 3, parallelCount: 10 });
  for (const [i, item] of items.entries()) {
    assert.deepEqual(results[i], JSON.parse((await cars.consume(item)).text));
  }
});

test('an item in the form of a frame is answered as one, with its rows in order', async () => {
  const frame = { inputData: { wt: [2.8, 2.32, 3.57], hp: [120, 93, 335] } };
  const results = await cars.results([car(62), frame, { inputData: { hp: [120], wt: [2.8] } }, car(120)]);
  assert.deepEqual(results[1], JSON.parse((await cars.consume(frame)).text));
  const columns = results[1]?.outputParameters.outputData as Record<string, unknown[]>;
  for (const values of Object.values(columns)) assert.equal(values.length, 3);
  assert.deepEqual(
    Object.values(results[2]?.outputParameters.outputData as Record<string, unknown[]>).map(
      ([value]) => value,
    ),
    Object.values(results[3]?.outputParameters ?? {}),
  );
});

test('frames without rows have no values, wherever they stand', async () => {
  const empty = { inputData: { hp: [], wt: [] } };
  const [first, middle, last] = await cars.results([empty, car(120), empty]);
  const names = Object.keys(middle?.outputParameters ?? {});
  const expected = { outputData: Object.fromEntries(names.map((name) => [name, []])) };
  for (const item of [first, last]) {
    assert.equal(item?.success, true);
    assert.deepEqual(item.outputParameters, expected);
  }
  const [alone] = await cars.results([empty]);
  assert.deepEqual(alone?.outputParameters, expected);
});

test('a bad record fails alone, and says why', async () => {
  const results = await cars.results([
    car('x'),
    car(120),
    car(null),
    { hp: 1 },
    { ...car(1), cyl: 6 },
    { inputData: { hp: [1, 'x', 2, null], wt: [1, 2, 3, 4] } },
    car(93, 2.32),
  ]);
  assert.deepEqual(
    results.map(({ success }) => success),
    [false, true, false, false, false, false, true],
  );
  const said = results.map(({ errorMessage }) => errorMessage);
  assert.match(said[0] ?? '', /^column 'hp': expected a number, got a text \(ROW_VALUE\)$/);
  assert.equal(said[1], '');
  assert.match(said[2] ?? '', /^column 'hp': .*\(ROW_MISSING\)$/);
  assert.match(said[3] ?? '', /column 'wt' is missing/);
  assert.match(said[4] ?? '', /no column 'cyl'/);
  assert.match(
    said[5] ?? '',
    /^row 1: column 'hp': expected a number, got a text \(ROW_VALUE\); and 1 more$/,
  );
  for (const [i, { success, outputParameters, outputFiles }] of results.entries()) {
    if (!success) assert.deepEqual([outputParameters, outputFiles], [{}, {}], `item ${i}`);
  }
});

test('the first records may all be bad: the others are scored', async () => {
  const items = [...Array.from({ length: 30 }, () => car({})), car(120)];
  const results = await cars.results(items);
  assert.deepEqual(
    results.map(({ success }) => success),
    items.map((_, i) => i === 30),
  );
});

test('a record on which the model fails is a failed item', async () => {
  const results = await service('pick/1.0.0').results([
    { x: 1 },
    { x: 7 },
    { inputData: { x: [0, 9] } },
    { x: 2 },
  ]);
  assert.deepEqual(
    results.map(({ outputParameters }) => outputParameters.y),
    [20, undefined, undefined, 30],
  );
  assert.match(results[1]?.errorMessage ?? '', /ROW_RUN_FAILED/);
  assert.match(results[2]?.errorMessage ?? '', /^row 1: .*ROW_RUN_FAILED/);
});

test('whole numbers beyond 2^53 stay exact in both forms', async () => {
  const body = '[{"x": 9007199254740993}, {"inputData": {"x": [9223372036854775807, -9007199254740993]}}]';
  const results = await service('ids/1.0.0').results(body);
  assert.deepEqual(
    results.map(({ outputParameters }) => outputParameters),
    [{ y: 9007199254740993n }, { outputData: { y: [9223372036854775807n, -9007199254740993n] } }],
  );
});

test('arrays per record are taken and answered as by a single call', async () => {
  const image = service('image/1.0.0');
  const item = {
    x: [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  };
  const frame = {
    inputData: {
      x: [
        item.x,
        [
          [
            [0, 0],
            [0, 1.5],
          ],
        ],
      ],
    },
  };
  const results = await image.results(JSON.stringify([item, frame], null, 2));
  assert.deepEqual(results[0], JSON.parse((await image.consume(item)).text));
  assert.deepEqual(results[1], JSON.parse((await image.consume(frame)).text));
});

test('a model whose output has no rows scores records and frames of one row, and no other frames', async () => {
  const total = service('total/1.0.0');
  const frame = (...x: number[]) => ({ inputData: { x } });
  const results = await total.results([{ x: 5 }, frame(1, 2, 3), frame(), frame(4)]);
  assert.deepEqual(results[0], JSON.parse((await total.consume({ x: 5 })).text));
  assert.deepEqual(results[3], JSON.parse((await total.consume(frame(4))).text));
  assert.deepEqual(results[3]?.outputParameters, { outputData: { y: 4 } });
  for (const [at, rows] of [
    [1, 3],
    [2, 0],
  ] as const) {
    assert.deepEqual([results[at]?.success, results[at]?.outputParameters], [false, {}]);
    assert.match(results[at]?.errorMessage ?? '', new RegExp(`one row, got ${rows}: output 'y'`));
  }
});

test('dimensions that happen to be 1 are there as in a single call', async () => {
  const image = service('identity/1.0.0');
  const items = [{ x: [[7]] }, { inputData: { x: [[[1]], [[2]]] } }, { inputData: { x: [[[3]]] } }];
  const results = await image.results(JSON.stringify(items));
  for (const [i, item] of items.entries()) {
    assert.deepEqual(results[i], JSON.parse((await image.consume(item)).text), `item ${i}`);
  }
  assert.deepEqual(results[1]?.outputParameters, { outputData: { y: [[[1]], [[2]]] } });
  const [mixed] = await image.results('[{"inputData":{"x":[[[1]],[[1,2]]]}}]');
  assert.deepEqual(mixed?.outputParameters, { outputData: { y: [[[1]], [[1, 2]]] } });
});

test('a batch that was started by an alias is found by it when the alias stands for another version', async () => {
  const point = (version: string) =>
    send(`${app.url}/services/add/aliases/live`, { method: 'PUT', body: { version } });
  const live = service('add/live');
  assert.equal((await point('1.0.0')).status, 200);
  const id = await live.started([{ a: 1, b: 2 }]);
  assert.equal((await point('2.0.0')).status, 200);
  assert.equal((await live.ended(id)).state, 'Complete');
  const problem = jsonOf(await service('add/2.0.0').call(`/${id}`), 404);
  assert.equal(problem.errorCode, 'SCORE_ERR_JOB_NOT_FOUND');
  assert.equal((await live.call(`/${id}`, { method: 'DELETE' })).status, 200);
});

test('a model that takes one row at a time scores frames too', async () => {
  const [item, frame] = await service('fixed/1.0.0').results([
    { f0: 1, f1: 2 },
    { inputData: { f0: [1, 3], f1: [2, 4] } },
  ]);
  assert.deepEqual(item?.outputParameters, { y: [2, 4] });
  assert.deepEqual(frame?.outputParameters, {
    outputData: {
      y: [
        [2, 4],
        [6, 8],
      ],
    },
  });
});

test('while a batch runs its items appear in order, with placeholders for those that are not done', async () => {
  const count = 12;
  const id = await slow.started(
    Array.from({ length: count }, (_, i) => ({ x: i })),
    '?parallelCount=2',
  );
  const seen = await until('some results', async () => {
    const answer = await slow.batch(id);
    return answer.completedItemCount > 0 ? answer : undefined;
  });
  assert.equal(seen.state, 'InProgress');
  assert.equal(seen.totalItemCount, count);
  assert.equal(seen.parallelCount, 2);
  assert.ok(seen.completedItemCount < count);
  assert.equal(seen.batchExecutionResults.length, count);
  for (const [i, item] of seen.batchExecutionResults.entries()) {
    if (i < seen.completedItemCount) assert.deepEqual(item.outputParameters, { y: 2 * i });
    else assert.deepEqual(item, notDone);
  }
  for (const query of [
    '?showPartialResult=false',
    '?showPartialResults=False',
    '?SHOWPARTIALRESULTS=FALSE',
  ]) {
    assert.deepEqual((await slow.batch(id, query)).batchExecutionResults, []);
  }
  assert.equal((await slow.batch(id, '?showPartialResult=True')).batchExecutionResults.length, count);
  const answer = await slow.ended(id);
  assert.equal(answer.state, 'Complete');
  assert.deepEqual(
    answer.batchExecutionResults.map(({ outputParameters }) => outputParameters.y),
    Array.from({ length: count }, (_, i) => 2 * i),
  );
  assert.deepEqual(await slow.batch(id, '?showPartialResults=false'), answer);
});

test('batches under way are listed first, then the newest; others are not listed', async () => {
  const quick = service('add/1.0.0');
  const other = service('add/2.0.0');
  assert.deepEqual(await quick.list(), []);
  const record = { a: 1, b: 2 };
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    ids.push(await quick.started([record]));
    await quick.ended(ids[i] as string);
  }
  await other.ended(await other.started([record]));
  const job = await app.client.submit(
    'service=add&version=1.0.0',
    'application/json',
    JSON.stringify([record]),
  );
  await app.client.ended(job);
  assert.deepEqual(await quick.list(), ids.toReversed());
  const before = await slow.list();
  const running = await slow.started(
    Array.from({ length: 100 }, () => ({ x: 1 })),
    '?parallelCount=1',
  );
  const later = await slow.started([{ inputData: { x: [] } }]);
  await slow.ended(later);
  assert.deepEqual(await slow.list(), [running, later, ...before]);
  assert.equal((await slow.call(`/${running}`, { method: 'DELETE' })).status, 200);
  assert.deepEqual(await slow.list(), [later, ...before]);
});

test('a batch that is deleted is gone at once, also while it runs', async () => {
  const id = await slow.started(Array.from({ length: 100 }, () => ({ x: 1 })));
  const answer = await slow.call(`/${id}`, { method: 'DELETE' });
  assert.deepEqual([answer.status, JSON.parse(answer.text)], [200, [id]]);
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/0/files'],
    ['GET', '/0/files/answer.csv'],
  ] as const) {
    assert.equal(
      jsonOf(await slow.call(`/${id}${path}`, { method }), 404).errorCode,
      'SCORE_ERR_JOB_NOT_FOUND',
    );
  }
  await until(`the blobs of batch ${id} to go`, async () => {
    const { blobs } = await app.store.list('batches', `jobs/${id}/`);
    return blobs.length === 0 ? true : undefined;
  });
});

test('a batch that was cancelled as a job is Failed, and keeps what was done', async () => {
  const id = await slow.started(
    Array.from({ length: 100 }, (_, i) => ({ x: i })),
    '?parallelCount=2',
  );
  await until('some results', async () => ((await slow.batch(id)).completedItemCount > 0 ? true : undefined));
  await app.client.post(`/jobs/${id}/cancel`);
  const { state, completedItemCount, batchExecutionResults: results } = await slow.batch(id);
  assert.equal(state, 'Failed');
  assert.ok(completedItemCount > 0 && completedItemCount < 100);
  assert.deepEqual(results[0]?.outputParameters, { y: 0 });
  assert.match(results.at(-1)?.errorMessage ?? '', /cancelled/);
  assert.deepEqual((await slow.batch(id, '?showPartialResult=false')).batchExecutionResults, results);
});

test('what is not there is 404, and a wrong index or option 400', async () => {
  const id = await cars.started([car(1), car('x')]);
  await cars.ended(id);
  const job = await app.client.submit('service=cars', 'application/json', '[{"hp":1,"wt":2}]');
  const missing = '00000000-0000-0000-0000-000000000000';
  const calls: readonly (readonly [service: string, path: string, status: number, code: string])[] = [
    ['nothing/1.0.0', '', 404, 'SCORE_ERR_MODEL_NOT_FOUND'],
    ['cars/9', '', 404, 'SCORE_ERR_VERSION_NOT_FOUND'],
    ['cars/9', `/${id}`, 404, 'SCORE_ERR_VERSION_NOT_FOUND'],
    ['cars/1.0.0', `/${missing}`, 404, 'SCORE_ERR_JOB_NOT_FOUND'],
    ['cars/1.0.0', '/no%20id', 404, 'SCORE_ERR_JOB_NOT_FOUND'],
    ['cars/1.0.0', `/${job}`, 404, 'SCORE_ERR_JOB_NOT_FOUND'],
    ['add/1.0.0', `/${id}`, 404, 'SCORE_ERR_JOB_NOT_FOUND'],
    ['cars/1.0.0', `/${id}?showPartialResults=maybe`, 400, 'SCORE_ERR_JOB_OPTION'],
    ['cars/1.0.0', `/${id}/2/files`, 404, 'SCORE_ERR_ITEM_NOT_FOUND'],
    ['cars/1.0.0', `/${id}/-1/files`, 400, 'SCORE_ERR_JOB_OPTION'],
    ['cars/1.0.0', `/${id}/x/files`, 400, 'SCORE_ERR_JOB_OPTION'],
    ['cars/1.0.0', `/${missing}/0/files`, 404, 'SCORE_ERR_JOB_NOT_FOUND'],
    ['cars/1.0.0', `/${id}/2/files/answer.csv`, 404, 'SCORE_ERR_ITEM_NOT_FOUND'],
    ['cars/1.0.0', `/${id}/x/files/answer.csv`, 400, 'SCORE_ERR_JOB_OPTION'],
    ['cars/1.0.0', `/${id}/0/files/none.csv`, 404, 'SCORE_ERR_ITEM_NOT_FOUND'],
  ];
  for (const [name, path, status, code] of calls) {
    const problem = jsonOf(await service(name).call(path), status);
    assert.equal(problem.errorCode, code, `${name} ${path}`);
    assert.equal(problem.code, status);
  }
});

test('parallelCount is a whole number, cut at what a job can have', async () => {
  for (const asked of ['5000', '99999999999999999999']) {
    const answer = await cars.ended(await cars.started([car(1)], `?parallelCount=${asked}`));
    assert.equal(answer.parallelCount, 100);
  }
  assert.equal((await cars.ended(await cars.started([car(1)], ''))).parallelCount, 10);
  for (const value of ['0', '-1', '1.5', 'ten', '']) {
    const problem = jsonOf(await cars.start([car(1)], `?parallelCount=${value}`), 400);
    assert.equal(problem.errorCode, 'SCORE_ERR_JOB_OPTION', value);
  }
});

test('a request that cannot be a batch is refused as a whole', async () => {
  const tooMany = `[${Array.from({ length: 10_001 }, () => '{"hp":1,"wt":2}').join(',')}]`;
  const bodies: readonly (readonly [body: string, status: number, code: string, fields: string])[] = [
    ['[]', 400, 'SCORE_ERR_REQUEST_FIELD', ''],
    ['{"hp":1,"wt":2}', 400, 'SCORE_ERR_REQUEST_FIELD', ''],
    ['[{"hp":1,"wt":2},7]', 400, 'SCORE_ERR_REQUEST_FIELD', '/1'],
    ['[{"hp":1,"wt":2},{"inputData":{"hp":[1],"wt":[]}}]', 400, 'SCORE_ERR_INPUT_SHAPE', '/1/inputData/wt'],
    ['[{"hp":1},{"hp":2}]', 400, 'SCORE_ERR_INPUT_MISSING', '/0'],
    ['[{"hp":NaN}]', 400, 'SCORE_ERR_BODY_SYNTAX', '/0'],
    [tooMany, 413, 'SCORE_ERR_BATCH_TOO_LARGE', ''],
  ];
  for (const [body, status, code, fields] of bodies) {
    const problem = jsonOf(await cars.start(body), status);
    assert.deepEqual([problem.errorCode, problem.fields], [code, fields], body.slice(0, 60));
    assert.equal(typeof problem.message, 'string');
  }
  assert.match(String(jsonOf(await cars.start(tooMany), 413).message), /\/jobs/);
  const text = await cars.start('hp,wt\n1,2\n', '', { 'content-type': 'text/csv' });
  assert.equal(jsonOf(text, 415).errorCode, 'SCORE_ERR_BODY_MEDIA_TYPE');
});

test('an idempotency key makes one batch of two requests, and refuses other items', async () => {
  const key = { 'idempotency-key': 'one' };
  const ids = await Promise.all(
    [1, 2].map(async () => jsonOf(await cars.start([car(1), car(2)], '', key), 202).BatchExecutionId),
  );
  assert.equal(ids[0], ids[1]);
  // the same rows, as other items
  for (const items of [[car(1), car(3)], [{ inputData: { hp: [1, 2], wt: [2.8, 2.8] } }]]) {
    assert.equal(jsonOf(await cars.start(items, '', key), 409).errorCode, 'SCORE_ERR_JOB_CONFLICT');
  }
  const { state, batchExecutionResults } = await cars.ended(String(ids[0]));
  assert.deepEqual([state, batchExecutionResults.length], ['Complete', 2]);
});

test('a batch is a job too: it can be looked at and run again there', async () => {
  const id = await cars.started([car(120), { inputData: { hp: [1, 2], wt: [3, 4] } }]);
  await cars.ended(id);
  const job = await app.client.job(id);
  assert.deepEqual([job.state, job.origin, job.counts.rows], ['Complete', 'service', 3]);
  const again = String(jsonOf(await app.client.post(`/jobs/${id}/rerun`), 202).id);
  await app.client.completed(again);
  assert.deepEqual(await app.client.rows(again), await app.client.rows(id));
  assert.ok(!(await cars.list()).includes(again));
});

test('10,000 records are one batch, and all are answered', async () => {
  const items = Array.from({ length: 10_000 }, (_, i) => car(i % 400, 1 + (i % 50) / 10));
  const [single] = await cars.results([items[7777]]);
  const results = await cars.results(items);
  assert.equal(results.length, 10_000);
  assert.ok(results.every(({ success }) => success));
  assert.deepEqual(results[7777], single);
});

test('results that are too large for one answer are refused by a text that names where they are', async () => {
  const types = service('types/1.0.0');
  const text = 'x'.repeat(2 ** 20);
  const item = {
    bool: true,
    int8: 1,
    uint8: 1,
    int16: 1,
    uint16: 1,
    int32: 1,
    uint32: 1,
    int64: 1,
    uint64: 1,
    fp16: 1,
    fp32: 1,
    fp64: 1,
    string: text,
  };
  const id = await types.started(Array.from({ length: 17 }, () => item));
  const ended = await until('the end', async () => {
    const answer = await types.batch(id, '?showPartialResults=false');
    return answer.state === 'Complete' ? answer : undefined;
  });
  assert.deepEqual([ended.completedItemCount, ended.batchExecutionResults], [17, []]);
  const problem = jsonOf(await types.call(`/${id}`), 413);
  assert.equal(problem.errorCode, 'SCORE_ERR_BATCH_TOO_LARGE');
  assert.match(String(problem.message), new RegExp(`Complete with 17 of 17 items.*/jobs/${id}/results`));
  assert.equal((await app.client.job(id)).state, 'Complete');
});
