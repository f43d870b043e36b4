import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { artifactNames, makeItemArtifacts } from '../../../shared/artifacts/itemArtifacts.js';
import { packFiles, unpackFiles } from '../../../shared/artifacts/packedFiles.js';
import type { ModelPlan } from '../../../shared/models/modelPlan.js';
import type { Services } from '../../../shared/services.js';
import { jsonBytes, parseBytes } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { fc } from '../../support/property.js';
import { startServices } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { readNpy } from './readNpy.js';

const file = fileCleanUp();
let services: Services;
let cars: ModelPlan;

before(async () => {
  const models = {
    'cars/1.0.0': { shipped: 'transmission/1.0.0' },
    'pick/1.0.0': { fixture: 'fails-at-run', modelJson: { artifacts: ['y.npy'] } },
    'plain/1.0.0': { fixture: 'add' },
    'pair/1.0.0': { fixture: 'no-batch', modelJson: { artifacts: ['answer.csv', 'y.npy'] } },
    'fixed/1.0.0': { fixture: 'fixed-batch', modelJson: { artifacts: ['explanation.json', 'answer.csv'] } },
  };
  services = await startServices(file, modelsDirWith(file, models));
  cars = await services.catalog.plan('cars');
});

async function scoreJson(model: string, request: unknown): Promise<unknown> {
  const { body } = await services.scorer.score({ model, codec: 'consumption', body: jsonBytes(request) });
  return parseBytes(body);
}

const request = () => jsonBytes({ hp: 120, wt: 2.8 });

test('all declared files are made, in their order, and the request stays whole', async () => {
  const body = request();
  const files = await makeItemArtifacts(services.scorer, cars, body);
  assert.deepEqual([...files.keys()], artifactNames(cars));
  assert.deepEqual(body, request());
  const csv = new TextDecoder().decode(files.get('answer.csv'));
  assert.match(csv, /^hp,wt,answer\n120,2.8,0\.\d+\n$/);
});

test('only the named files are made, and an unknown name is refused', async () => {
  const files = await makeItemArtifacts(services.scorer, cars, request(), ['explanation.json']);
  assert.deepEqual([...files.keys()], ['explanation.json']);
  await expectRejection(makeItemArtifacts(services.scorer, cars, request(), ['x.csv']), {
    code: 'SCORE_ERR_ARTIFACT_UNKNOWN',
    message: "there is no artifact 'x.csv': the model has answer.csv, explanation.json",
  });
});

test('a file that the input does not allow is left out', async () => {
  const plan = await services.catalog.plan('fixed');
  const files = await makeItemArtifacts(services.scorer, plan, jsonBytes({ f0: 1, f1: 2 }));
  assert.deepEqual([...files.keys()], ['answer.csv']);
  const plain = await services.catalog.plan('plain');
  assert.deepEqual(artifactNames(plain), []);
  assert.equal((await makeItemArtifacts(services.scorer, plain, jsonBytes({ a: 1, b: 1 }))).size, 0);
});

test('a model that takes a fixed number of rows makes files of any number', async () => {
  for (const [name, batch] of [
    ['fixed', 1],
    ['pair', 2],
  ] as const) {
    const plan = await services.catalog.plan(name);
    assert.equal(plan.signature.inputs[0]?.shape[0], batch);
    const single = async (f0: number) => {
      const frame = { f0: new Array(batch).fill(f0), f1: new Array(batch).fill(1) };
      const { outputParameters } = (await scoreJson(name, { inputData: frame })) as {
        outputParameters: { outputData: Record<string, number[] | number[][]> };
      };
      return Object.values(outputParameters.outputData).flatMap((values) => values[0]);
    };
    for (const rows of [0, 1, 2, 3, 5]) {
      const values = Array.from({ length: rows }, (_, i) => i + 1);
      const frame = { f0: values, f1: values.map(() => 1) };
      const files = await makeItemArtifacts(services.scorer, plan, jsonBytes({ inputData: frame }), [
        'answer.csv',
      ]);
      const [, ...lines] = new TextDecoder().decode(files.get('answer.csv')).trimEnd().split('\n');
      const expected = await Promise.all(values.map(async (f0) => [f0, 1, ...(await single(f0))].join(',')));
      assert.deepEqual(lines, expected, `${name}, ${rows} rows`);
    }
  }
});

test('of very many runs no files are made', async () => {
  const plan = await services.catalog.plan('fixed');
  const frame = { f0: new Array(1001).fill(1), f1: new Array(1001).fill(1) };
  await expectRejection(makeItemArtifacts(services.scorer, plan, jsonBytes({ inputData: frame })), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    message: 'files are made of at most 1000 rows, since the model takes exactly 1 at once; got 1001',
  });
});

test('a version whose files are other ones by now makes nothing', async () => {
  const other = { ...cars, sha256: '0'.repeat(64) };
  await expectRejection(makeItemArtifacts(services.scorer, other, request()), {
    code: 'SCORE_ERR_MODEL_CHANGED',
    message: "model 'cars' version '1.0.0' has other files",
  });
});

test('faults of the item are those of a call', async () => {
  const pick = await services.catalog.plan('pick');
  const of = (value: unknown) => makeItemArtifacts(services.scorer, pick, jsonBytes({ x: value }));
  await expectRejection(of(50), { code: 'SCORE_ERR_RUN_FAILED' });
  await expectRejection(of('a'), { code: 'SCORE_ERR_INPUT_VALUE' });
  assert.deepEqual(readNpy((await of(2)).get('y.npy') as Uint8Array).data, [30]);
});

test('packed files come back as they were', () => {
  const anyFiles = fc.array(
    fc.tuple(
      fc.string({ unit: 'binary' }).map((name) => name.toWellFormed()),
      fc.uint8Array(),
    ),
  );
  fc.assert(
    fc.property(anyFiles, (pairs) => {
      const files = new Map(pairs);
      const packed = packFiles(files);
      assert.equal(packed.byteOffset + packed.length, packed.buffer.byteLength);
      // an answer may be a view of a larger buffer
      const moved = new Uint8Array(packed.length + 3);
      moved.set(packed, 3);
      const found = [...unpackFiles(moved.subarray(3))].map(([name, bytes]) => [name, [...bytes]]);
      assert.deepEqual(
        found,
        [...files].map(([name, bytes]) => [name, [...bytes]]),
      );
    }),
  );
});
