import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspectModel } from '../../../shared/models/inspectModel.js';
import { scanModelFolders } from '../../../shared/models/modelFolder.js';
import type { ModelPlan } from '../../../shared/models/modelPlan.js';
import { listScoringFiles } from '../../../shared/models/scoringFiles.js';
import { expectRejection } from '../../support/expectFault.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { fixtureDir } from '../../support/project.js';
import { scoredModel } from '../../support/scoringModules.js';

const moduleText = 'export const after = (outputs) => outputs;';
const assets = { 'assets/b.csv': 'b', 'assets/a/z.json': '{}', 'assets/a.csv': 'a' };

async function inspect(root: string, allowsCode = true): Promise<ModelPlan> {
  const [folder] = await scanModelFolders(root, { allowsCode });
  assert.ok(folder);
  return inspectModel(folder);
}

const put = (t: TestContext, files: Readonly<Record<string, string>>, scoring?: unknown) =>
  modelsDirWith(t, { 'm/1': scoredModel('add', moduleText, scoring, files) });

async function refuses(root: string, message: string): Promise<void> {
  const fault = await expectRejection(inspect(root), { code: 'SCORE_ERR_MODEL_SCORING', message });
  assert.ok(!fault.message.includes(root) && !/[\\/]/.test(fault.message), fault.message);
}

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

test('the hash is that of the list of files: graph, module and all assets', async (t) => {
  const { sha256: found } = await inspect(put(t, assets));
  const graph = readFileSync(path.join(fixtureDir('add'), 'model.onnx'));
  const files: Record<string, string | Uint8Array> = {
    'model.onnx': graph,
    'scoring.mjs': moduleText,
    ...assets,
  };
  const lines = Object.entries(files).map(([name, content]) => `${sha256(content)}  ${name}`);
  assert.equal(found, sha256(lines.sort().join('\n')));
});

test('a change of the module, of an asset or of its name changes hash, key and stamp; other files do not', async (t) => {
  const root = put(t, assets);
  const dir = path.join(root, 'm', '1');
  const plans = [await inspect(root)];
  const changes = [
    () => {
      writeFileSync(path.join(dir, 'scoring.mjs'), `${moduleText} `);
    },
    () => {
      writeFileSync(path.join(dir, 'assets/a/z.json'), '[5]');
    },
    () => {
      rmSync(path.join(dir, 'assets/b.csv'));
    },
    () => {
      writeFileSync(path.join(dir, 'assets/c.csv'), 'b');
    },
  ];
  for (const change of changes) {
    change();
    plans.push(await inspect(root));
  }
  for (const part of ['sha256', 'key', 'stamp'] as const) {
    assert.equal(new Set(plans.map((plan) => plan[part])).size, plans.length, part);
  }
  writeFileSync(path.join(dir, 'notes.txt'), 'no part of it');
  assert.equal((await inspect(root)).sha256, plans.at(-1)?.sha256);
});

test('without a module assets do not count', async (t) => {
  const plain = await inspect(modelsDirWith(t, { 'm/1': { fixture: 'add' } }));
  const other = await inspect(
    modelsDirWith(t, { 'm/1': { fixture: 'add', files: { 'assets/a.csv': 'a' } } }),
  );
  assert.equal(other.sha256, plain.sha256);
  assert.equal(other.scoring, undefined);
});

test('the same files under another name are the same model with another session', async (t) => {
  const source = scoredModel('add', moduleText);
  const plans = await Promise.all(
    ['m/1', 'm/2', 'n/1'].map((place) => inspect(modelsDirWith(t, { [place]: source }))),
  );
  assert.equal(new Set(plans.map((plan) => plan.sha256)).size, 1);
  assert.equal(new Set(plans.map((plan) => plan.key)).size, 3);
});

test('code that was not deployed with the app never becomes part of a model', async (t) => {
  const root = put(t, assets);
  const refusal = { code: 'SCORE_ERR_MODEL_SCORING', message: 'never part of a published model' } as const;
  await expectRejection(inspect(root, false), refusal);
  const [folder] = await scanModelFolders(root);
  assert.equal(folder?.allowsCode, false);
  const { name, version, dir, fingerprint } = folder;
  await expectRejection(inspectModel({ name, version, dir, fingerprint }), refusal);
});

test('the key scoring needs a module', async (t) => {
  const root = modelsDirWith(t, { 'm/1': { fixture: 'add', modelJson: { scoring: {} } } });
  await refuses(root, 'model.json has the key scoring, but there is no file scoring.mjs');
});

test('files are listed in one order, whatever the disk says', async (t) => {
  const dir = path.join(put(t, assets), 'm', '1');
  assert.deepEqual(await listScoringFiles(dir), [
    'scoring.mjs',
    'assets/a.csv',
    'assets/a/z.json',
    'assets/b.csv',
  ]);
});

test('links are refused wherever they stand', async (t) => {
  const outside = path.join(put(t, assets), 'm', '1');
  const linked = (name: string, target: string) => {
    const root = put(t, {});
    rmSync(path.join(root, 'm/1', name), { force: true });
    mkdirSync(path.dirname(path.join(root, 'm/1', name)), { recursive: true });
    symlinkSync(path.join(outside, target), path.join(root, 'm/1', name));
    return root;
  };
  await refuses(linked('scoring.mjs', 'scoring.mjs'), 'scoring.mjs is a link');
  await refuses(linked('assets', 'assets'), 'assets is a link');
  await refuses(linked('assets/linked.csv', 'assets/b.csv'), "'linked.csv' in assets is a link");
  await refuses(linked('assets/linked', 'assets'), "'linked' in assets is a link");
});

test('sizes are bounded', async (t) => {
  const grown = (name: string, bytes: number) => {
    const root = put(t, assets);
    // takes no room on the disk
    truncateSync(path.join(root, 'm/1', name), bytes);
    return root;
  };
  await refuses(grown('scoring.mjs', 2 ** 20 + 1), 'scoring.mjs is over 1 MiB');
  await refuses(grown('assets/a.csv', 2 ** 30), 'assets is over 1 GiB');
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`assets/${i}.csv`, '']));
  await refuses(put(t, many), 'assets has over 1000 files');
  await refuses(put(t, { [`assets/${'d/'.repeat(8)}a.csv`]: '' }), 'assets is nested over 8 folders deep');
});
