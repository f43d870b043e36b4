import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ErrorCode } from '../../../shared/errors/codes.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { inspectModel } from '../../../shared/models/inspectModel.js';
import { scanModelFolders } from '../../../shared/models/modelFolder.js';
import type { ModelPlan } from '../../../shared/models/modelPlan.js';
import { expectRejection } from '../../support/expectFault.js';
import { modelsDirWith, type ModelSource } from '../../support/modelsDir.js';
import { fixtureDir, shippedModelsDir } from '../../support/project.js';
import { fc } from '../../support/property.js';

/** Inspects the one model of a models folder. */
async function inspect(root: string): Promise<ModelPlan> {
  const [folder] = await scanModelFolders(root);
  assert.ok(folder);
  return inspectModel(folder);
}

const inspectSource = (t: TestContext, source: ModelSource) => inspect(modelsDirWith(t, { 'm/1': source }));
const sha256 = (...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const fixtureBytes = (name: string, file = 'model.onnx') => readFileSync(path.join(fixtureDir(name), file));

/** Inspection must fail with this code and with a text that shows no place on this machine. */
async function refuses(root: string, code: ErrorCode, message: string): Promise<void> {
  const fault = await expectRejection(inspect(root), { code, message });
  assert.ok(!fault.message.includes(root) && !/[\\/]/.test(fault.message), fault.message);
}

test('a model without side files is known by the hash of its file', async (t) => {
  const plan = await inspectSource(t, { fixture: 'add' });
  assert.equal(plan.sha256, sha256(fixtureBytes('add')));
  assert.deepEqual([plan.name, plan.version, plan.intraOpThreads, plan.cutsZipMaps], ['m', '1', 1, false]);
});

test('a model with side files is known by the hash of its list of files', async (t) => {
  const plan = await inspectSource(t, { fixture: 'external-data' });
  const lines = [
    `${sha256(fixtureBytes('external-data'))}  model.onnx`,
    `${sha256(fixtureBytes('external-data', 'weights.bin'))}  weights.bin`,
  ];
  assert.equal(plan.sha256, sha256(lines.sort().join('\n')));
});

test('changed weights change the hash, changed facts only the key', async (t) => {
  const plain = await inspectSource(t, { fixture: 'external-data' });
  const weights = await inspectSource(t, {
    fixture: 'external-data',
    files: { 'weights.bin': new Uint8Array(32) },
  });
  assert.notEqual(weights.sha256, plain.sha256);
  const facts = await inspectSource(t, { fixture: 'external-data', modelJson: { threads: 2 } });
  assert.equal(facts.sha256, plain.sha256);
  assert.notEqual(facts.key, plain.key);
  assert.equal(facts.intraOpThreads, 2);
});

test('model.json wins over the description in the graph', async (t) => {
  const plan = await inspectSource(t, { shipped: 'transmission/1.0.0' });
  const facts = JSON.parse(
    readFileSync(path.join(shippedModelsDir, 'transmission', '1.0.0', 'model.json'), 'utf8'),
  ) as { description: string; operationId: string };
  assert.deepEqual([plan.description, plan.operationId], [facts.description, facts.operationId]);
});

test('a folder without a usable model file says what is wrong', async (t) => {
  const dirWith = (source: ModelSource) => modelsDirWith(t, { 'm/1': source });
  await refuses(dirWith({}), 'SCORE_ERR_MODEL_FILE_MISSING', 'there is no file model.onnx');
  await refuses(
    dirWith({ files: { 'Model.onnx': 'x' } }),
    'SCORE_ERR_MODEL_FILE_MISSING',
    'no file model.onnx',
  );
  await refuses(dirWith({ fixture: 'empty' }), 'SCORE_ERR_MODEL_FILE_INVALID', 'it is empty');
  await refuses(
    dirWith({ fixture: 'random-bytes' }),
    'SCORE_ERR_MODEL_FILE_INVALID',
    'not a usable ONNX file: ',
  );
  await refuses(dirWith({ fixture: 'truncated' }), 'SCORE_ERR_MODEL_FILE_INVALID', 'longer than its message');
  await refuses(dirWith({ files: { 'model.onnx': 'hello' } }), 'SCORE_ERR_MODEL_FILE_INVALID', 'usable ONNX');
});

test('a model file that is a folder or a link is none', async (t) => {
  const root = modelsDirWith(t, { 'm/1': {} });
  const file = path.join(root, 'm', '1', 'model.onnx');
  mkdirSync(file);
  await refuses(root, 'SCORE_ERR_MODEL_FILE_MISSING', 'no file model.onnx');
  rmSync(file, { recursive: true });
  symlinkSync(path.join(fixtureDir('add'), 'model.onnx'), file);
  await refuses(root, 'SCORE_ERR_MODEL_FILE_MISSING', 'no file model.onnx');
});

test('a misplaced folder says where it belongs', async (t) => {
  const [folder] = await scanModelFolders(modelsDirWith(t, { 'm/': { fixture: 'add' } }));
  assert.ok(folder);
  await expectRejection(inspectModel(folder), {
    code: 'SCORE_ERR_MODEL_NAME',
    message: 'models/<name>/<version>/',
  });
});

test('a wrong model.json is named, and so is one that is a link, a folder or too long', async (t) => {
  const dirWith = (text: string) =>
    modelsDirWith(t, { 'm/1': { fixture: 'add', files: { 'model.json': text } } });
  await refuses(dirWith('{"colums":1}'), 'SCORE_ERR_MODEL_JSON', 'colums');
  await refuses(dirWith('{"columns":[{"name":"q"}]}'), 'SCORE_ERR_MODEL_COLUMNS', "lacks input 'a'");
  await refuses(dirWith(' '.repeat(2 ** 20 + 1)), 'SCORE_ERR_MODEL_JSON', 'over 1 MiB');
  const root = modelsDirWith(t, { 'm/1': { fixture: 'add' } });
  const file = path.join(root, 'm', '1', 'model.json');
  mkdirSync(file);
  await refuses(root, 'SCORE_ERR_MODEL_JSON', 'no plain file');
  rmSync(file, { recursive: true });
  symlinkSync(path.join(shippedModelsDir, 'transmission', '1.0.0', 'model.json'), file);
  await refuses(root, 'SCORE_ERR_MODEL_JSON', 'a link');
});

test('external data outside the folder is refused', async (t) => {
  const root = modelsDirWith(t, { 'm/1': { fixture: 'external-escape' } });
  await refuses(root, 'SCORE_ERR_MODEL_EXTERNAL_DATA', "'hostname' lies outside the model folder");
});

test('external data that is missing, a link, a hard link or behind a link is refused', async (t) => {
  const code = 'SCORE_ERR_MODEL_EXTERNAL_DATA';
  const root = modelsDirWith(t, { 'm/1': { fixture: 'external-data' } });
  const dir = path.join(root, 'm', '1');
  const weights = path.join(dir, 'weights.bin');
  const elsewhere = path.join(root, 'elsewhere.bin');
  renameSync(weights, elsewhere);
  await refuses(root, code, "'weights.bin' is missing");
  symlinkSync(elsewhere, weights);
  await refuses(root, code, 'is a link');
  rmSync(weights);
  linkSync(elsewhere, weights);
  await refuses(root, code, 'is a link');
  rmSync(weights);
  mkdirSync(weights);
  await refuses(root, code, 'no plain file');

  // the same file name, in a folder that is a link: `weights.bin` becomes `sub/ghts.bin`
  const linked = modelsDirWith(t, {
    'm/1': {
      files: {
        'model.onnx': Buffer.from(
          fixtureBytes('external-data').toString('latin1').replace('weights.bin', 'sub/wts.bin'),
          'latin1',
        ),
      },
    },
  });
  const outside = path.join(root, 'outside');
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'wts.bin'), new Uint8Array(32));
  symlinkSync(outside, path.join(linked, 'm', '1', 'sub'));
  await refuses(linked, code, "'wts.bin' is a link");
});

test('a real model cut at any byte or filled with noise is refused or read, never anything else', async (t) => {
  const root = modelsDirWith(t, { 'm/1': { fixture: 'zipmap-string' } });
  const file = path.join(root, 'm', '1', 'model.onnx');
  const whole = readFileSync(file);
  const outcomeOf = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    await inspect(root).catch((error: unknown) => {
      assert.ok(error instanceof ScoringError, String(error));
      assert.match(error.code, /^SCORE_ERR_MODEL_/);
    });
  };
  for (let end = 0; end < whole.length; end++) await outcomeOf(whole.subarray(0, end));
  await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), outcomeOf), {
    numRuns: 200,
  });
});
