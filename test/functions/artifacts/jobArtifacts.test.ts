import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jobArtifacts } from '../../../shared/batch/artifacts/jobArtifacts.js';
import type { BatchContext } from '../../../shared/batch/batchContext.js';
import { listAll } from '../../../shared/storage/blobStore.js';
import { readJob } from '../../../shared/batch/jobStore.js';
import { services } from '../../../shared/services.js';
import { expectRejection } from '../../support/expectFault.js';
import { jsonOf, send } from '../../support/http.js';
import { readZip } from '../../support/readZip.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { TestClock } from '../../support/testClock.js';
import { readNpy } from '../../shared/artifacts/readNpy.js';
import { jobModels, startBatchApp, type BatchApp } from '../batch/batchApp.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file, {
    models: {
      ...jobModels,
      'wide/1.0.0': { fixture: 'wide', modelJson: { artifacts: ['y.npy'] } },
      'fixed/1.0.0': { fixture: 'fixed-batch', modelJson: { artifacts: ['answer.csv'] } },
      'pick/2.0.0': { fixture: 'fails-at-run', modelJson: { artifacts: ['answer.csv'] } },
    },
  });
});

/** Starts a batch of a service; gives its id when it is complete. */
async function complete(place: string, items: readonly unknown[]): Promise<string> {
  const answer = await send(`${app.url}/api/${place}/batch`, { body: items });
  const id = String(jsonOf(answer, 202).batchExecutionId);
  await app.client.completed(id);
  return id;
}

/** The answer of the route, redirects followed. */
async function archive(id: string, query = '', headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(`${app.url}/jobs/${id}/artifacts${query}`, { headers });
  return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

async function filesOf(id: string, query = '') {
  const { answer, bytes } = await archive(id, query);
  assert.equal(answer.status, 200, new TextDecoder().decode(bytes));
  assert.equal(answer.headers.get('content-type'), 'application/zip');
  return readZip(bytes);
}

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const namesOf = (files: readonly { readonly name: string }[]) => files.map(({ name }) => name);

const penguin = (i: number) => ({
  island: 'Biscoe',
  sex: i % 2 === 0 ? 'male' : 'female',
  bill_length_mm: 40 + i / 10,
  bill_depth_mm: 15,
  flipper_length_mm: 200,
  body_mass_g: 4000,
});

test('the archive of a batch has the files of each item in its folder, as a call of the item has them', async () => {
  const items = Array.from({ length: 50 }, (_, i) => penguin(i));
  const id = await complete('penguins/1.0.0', items);
  const files = await filesOf(id);
  const names = ['answer.csv', 'probability.svg', 'explanation.json'];
  assert.deepEqual(
    namesOf(files),
    items.flatMap((_, i) => names.map((name) => `${i}/${name}`)),
  );
  const call = await send(`${app.url}/api/penguins/1.0.0?outputFiles=true`, { body: items[17] });
  const { outputFiles } = jsonOf(call) as { outputFiles: Record<string, string> };
  for (const { name, bytes } of files) {
    if (!name.startsWith('17/')) continue;
    assert.equal(Buffer.from(bytes).toString('base64'), outputFiles[name.slice('17/'.length)], name);
  }
});

test('the archive is the same as the files of the items one by one', async () => {
  const id = await complete('cars/1.0.0', [
    { hp: 110, wt: 2.62 },
    { inputData: { hp: [93, 175], wt: [2.3, 3.4] } },
  ]);
  const files = await filesOf(id);
  assert.deepEqual(namesOf(files), [
    '0/answer.csv',
    '0/explanation.json',
    '1/answer.csv',
    '1/explanation.json',
  ]);
  for (const { name, bytes } of files) {
    const [index, fileName] = name.split('/');
    const one = await fetch(`${app.url}/api/cars/1.0.0/batch/${id}/${index}/files/${fileName}`);
    assert.equal(await one.text(), textOf(bytes));
  }
  assert.match(textOf(files[2]?.bytes), /^hp,wt,answer\n93,2.3,0[.\d]*\n175,3.4,0[.\d]*\n$/);
});

test('an item that cannot be scored has its error instead', async () => {
  const id = await complete('pick/2.0.0', [{ x: 1 }, { x: 50 }, { x: 'a' }, { y: 1 }, { x: 2 }]);
  const files = await filesOf(id);
  assert.deepEqual(namesOf(files), [
    '0/answer.csv',
    '1/error.txt',
    '2/error.txt',
    '3/error.txt',
    '4/answer.csv',
  ]);
  assert.match(textOf(files[1]?.bytes), /^SCORE_ERR_RUN_FAILED: the model failed/);
  assert.match(textOf(files[2]?.bytes), /^SCORE_ERR_INPUT_VALUE: input 'x', row 0/);
  assert.match(textOf(files[3]?.bytes), /^SCORE_ERR_INPUT_(?:UNKNOWN|MISSING): /);
  assert.equal(textOf(files[4]?.bytes), 'x,y\n2,30\n');
});

test('items of a model with a fixed number of rows have their files, one by one and in the archive', async () => {
  const id = await complete('fixed/1.0.0', [
    { f0: 1, f1: 2 },
    { inputData: { f0: [1, 2, 3], f1: [0, 0, 0] } },
  ]);
  const files = await filesOf(id);
  assert.deepEqual(namesOf(files), ['0/answer.csv', '1/answer.csv']);
  assert.equal(textOf(files[1]?.bytes), 'f0,f1,y.0,y.1\n1,0,2,0\n2,0,4,0\n3,0,6,0\n');
  for (const [index, { bytes }] of files.entries()) {
    const one = await fetch(`${app.url}/api/fixed/1.0.0/batch/${id}/${index}/files/answer.csv`);
    assert.deepEqual([one.status, await one.text()], [200, textOf(bytes)]);
  }
});

test('a part of the items is chosen by from and count', async () => {
  const id = await complete('pick/2.0.0', [{ x: 0 }, { x: 1 }, { x: 2 }]);
  assert.deepEqual(namesOf(await filesOf(id, '?from=1&count=1')), ['1/answer.csv']);
  assert.deepEqual(namesOf(await filesOf(id, '?from=1')), ['1/answer.csv', '2/answer.csv']);
  assert.deepEqual(namesOf(await filesOf(id, '?count=99')), ['0/answer.csv', '1/answer.csv', '2/answer.csv']);
  const refused = async (query: string) => {
    const { answer } = await archive(id, query);
    return `${answer.status} ${answer.headers.get('x-ms-error-code')}`;
  };
  assert.match(await refused('?from=3'), /SCORE_ERR_ITEM_NOT_FOUND$/);
  for (const query of ['?from=-1', '?count=0', '?from=x']) {
    assert.equal(await refused(query), '422 SCORE_ERR_JOB_OPTION');
  }
});

test('a large archive is kept beside the results, answered by a link, and removed with the job', async () => {
  const items = Array.from({ length: 20 }, (_, i) => ({ x: i + 1 }));
  const id = await complete('wide/1.0.0', items);
  const first = await fetch(`${app.url}/jobs/${id}/artifacts`, { redirect: 'manual' });
  assert.equal(first.status, 307);
  assert.equal(first.headers.get('cache-control'), 'no-store');
  const files = await filesOf(id);
  assert.equal(files.length, items.length);
  for (const [i, { name, bytes }] of files.entries()) {
    assert.equal(name, `${i}/y.npy`);
    const { shape, dataStart } = readNpyHead(bytes);
    assert.deepEqual(shape, [1, 2 ** 18]);
    const second = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(dataStart + 4, true);
    assert.ok(Math.abs(second - Math.sin(i + 1)) < 1e-4);
  }
  const blobs = async () => {
    const names: string[] = [];
    for await (const { name } of listAll(app.store, 'batches', `jobs/${id}/`)) names.push(name);
    return names;
  };
  const kept = async () => (await blobs()).filter((name) => name.endsWith('.zip'));
  const [whole, ...others] = await kept();
  assert.ok(whole);
  assert.deepEqual(others, []);
  for (const [query, span] of [
    ['?from=0&count=19', '-0-19.zip'],
    ['?from=1', '-1-20.zip'],
  ] as const) {
    assert.equal((await filesOf(id, query)).length, 19);
    const names = await kept();
    assert.equal(names.length, 2, 'one part is kept beside the whole');
    assert.ok(names.includes(whole));
    assert.ok(names.some((name) => name.endsWith(span)));
  }
  assert.equal((await filesOf(id)).length, items.length);
  assert.equal((await send(`${app.url}/jobs/${id}`, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await blobs(), []);
  assert.equal((await archive(id)).answer.status, 404);
});

/** As `readNpy`, without its elements. */
function readNpyHead(bytes: Uint8Array) {
  const { descr, shape, dataStart } = readNpy(bytes);
  assert.equal(descr, '<f4');
  return { shape, dataStart };
}

test('a job without items is refused by name', async () => {
  const id = await app.client.submit('service=cars', 'text/csv', 'hp,wt\n110,2.62\n');
  await app.client.completed(id);
  const problem = jsonOf(await app.client.get(`/jobs/${id}/artifacts`), 422);
  assert.equal(problem.code, 'SCORE_ERR_JOB_ITEMS');
});

test('a job that is not there is 404', async () => {
  const problem = jsonOf(await app.client.get('/jobs/none/artifacts'), 404);
  assert.equal(problem.code, 'SCORE_ERR_JOB_NOT_FOUND');
});

test('a model without artifacts is refused by name', async () => {
  const id = await complete('add/1.0.0', [{ a: 1, b: 2 }]);
  const problem = jsonOf(await app.client.get(`/jobs/${id}/artifacts`), 422);
  assert.equal(problem.code, 'SCORE_ERR_ARTIFACT_UNKNOWN');
  assert.match(String(problem.detail), /model 'add' version '1.0.0' has no artifacts/);
});

/** The archive of a job that is changed in the record that the call sees. */
async function ofChanged(id: string, change: Record<string, unknown>, context: Partial<BatchContext> = {}) {
  const job = await readJob(app.store, id);
  assert.ok(job);
  const all = { from: 0, count: 10, range: undefined };
  const built = services();
  return jobArtifacts({ ...built.batch(), ...context }, built.scorer, { ...job, ...change }, all);
}

test('before a job is complete there are no artifacts', async () => {
  const id = await complete('cars/1.0.0', [{ hp: 1, wt: 2 }]);
  for (const state of ['Pending', 'InProgress', 'Failed', 'Canceled']) {
    await expectRejection(ofChanged(id, { state }), {
      code: 'SCORE_ERR_JOB_STATE',
      message: `the job is ${state}`,
    });
  }
});

test('beside two archives that are being made a third is told to come again', async () => {
  const id = await complete('cars/1.0.0', [{ hp: 1, wt: 2 }]);
  const { archiveTurns } = services().batch();
  let end: () => void = () => undefined;
  const hold = () =>
    archiveTurns.archive(
      () =>
        new Promise<void>((resolve) => {
          const before = end;
          end = () => {
            before();
            resolve();
          };
        }),
    );
  const held = [hold(), hold()];
  const { answer } = await archive(id);
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '10']);
  assert.equal(answer.headers.get('x-ms-error-code'), 'SCORE_ERR_QUEUE_FULL');
  end();
  await Promise.all(held);
  assert.equal((await filesOf(id)).length, 2);
});

test('a model with other files than those of the job makes no artifacts', async () => {
  const id = await complete('cars/1.0.0', [{ hp: 1, wt: 2 }]);
  const models = [{ name: 'cars', version: '1.0.0', sha256: '0'.repeat(64) }];
  await expectRejection(ofChanged(id, { models }), { code: 'SCORE_ERR_MODEL_CHANGED' });
});

test('what takes longer than a request may is refused by name', async () => {
  const id = await complete('cars/1.0.0', [
    { hp: 1, wt: 2 },
    { hp: 2, wt: 2 },
  ]);
  class LeapingClock extends TestClock {
    override nowMs(): number {
      this.move(150_000);
      return super.nowMs();
    }
  }
  await expectRejection(ofChanged(id, {}, { clock: new LeapingClock() }), {
    code: 'SCORE_ERR_ARTIFACT_TOO_LARGE',
    message: 'took over 200 s; ask for fewer items with from and count',
  });
});
