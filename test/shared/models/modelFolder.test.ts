import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { scanModelFolders } from '../../../shared/models/modelFolder.js';
import { modelsDirWith, putModel } from '../../support/modelsDir.js';
import { temporaryDir } from '../../support/temporaryDir.js';

const file = { files: { 'model.onnx': 'x' } };
const fingerprintOf = async (dir: string) => {
  const [folder] = await scanModelFolders(path.dirname(path.dirname(dir)));
  return folder?.fingerprint;
};
const placesIn = async (root: string) =>
  (await scanModelFolders(root)).map(({ name, version, misplaced }) => [
    `${name}/${version}`,
    misplaced !== undefined,
  ]);

test('a missing folder and an empty one have no models', async (t) => {
  const root = temporaryDir(t);
  assert.deepEqual(await scanModelFolders(root), []);
  assert.deepEqual(await scanModelFolders(path.join(root, 'missing')), []);
});

test('every version of every model is found, hidden folders are not', async (t) => {
  const root = modelsDirWith(t, {
    'b/1.0.0': file,
    'a/2': file,
    'a/10': file,
    '.git/x': file,
    'a/.tmp': file,
  });
  assert.deepEqual(await placesIn(root), [
    ['a/10', false],
    ['a/2', false],
    ['b/1.0.0', false],
  ]);
});

test('names that cannot be served are listed as misplaced', async (t) => {
  const long = 'x'.repeat(101);
  const places = ['a b/1', '-a/1', '_a/1', 'é/1', `${long}/1`, 'good/v 1', `good/${long}`];
  const root = modelsDirWith(t, Object.fromEntries(places.map((place) => [place, file])));
  const found = await placesIn(root);
  assert.equal(found.length, places.length);
  assert.ok(found.every(([, misplaced]) => misplaced));
  assert.ok(found.every(([place]) => String(place).length <= 201));
});

test('a model file where no version is is listed as misplaced', async (t) => {
  const root = modelsDirWith(t, { 'flat/': file, 'both/1': file, 'both/': file, '/': file });
  assert.deepEqual((await placesIn(root)).sort(), [
    ['-/-', true],
    ['both/-', true],
    ['both/1', false],
    ['flat/-', true],
  ]);
  const [first] = await scanModelFolders(root);
  assert.match(first?.misplaced ?? '', /models\/<name>\/<version>\//);
});

test('links to folders are not followed', async (t) => {
  const outside = modelsDirWith(t, { 'secret/1': file });
  const root = modelsDirWith(t, { 'a/1': file });
  symlinkSync(path.join(outside, 'secret'), path.join(root, 'linked'));
  symlinkSync(path.join(outside, 'secret', '1'), path.join(root, 'a', '2'));
  assert.deepEqual(await placesIn(root), [['a/1', false]]);
});

test('a folder that cannot be read is listed and disturbs no other', async (t) => {
  if (process.getuid?.() === 0 || process.platform === 'win32') {
    t.skip('this user can read every folder');
    return;
  }
  const root = modelsDirWith(t, { 'a/1': file, 'b/1': file });
  chmodSync(path.join(root, 'a', '1'), 0);
  t.after(() => {
    chmodSync(path.join(root, 'a', '1'), 0o700);
  });
  assert.deepEqual(await placesIn(root), [
    ['a/1', true],
    ['b/1', false],
  ]);
});

test('the fingerprint changes with every file of the folder', async (t) => {
  const root = temporaryDir(t);
  const dir = putModel(root, 'a/1', file);
  const seen = [await fingerprintOf(dir)];
  const changes = [
    () => {
      writeFileSync(path.join(dir, 'model.json'), '{}');
    },
    () => {
      writeFileSync(path.join(dir, 'model.json'), '{ }');
    },
    () => {
      mkdirSync(path.join(dir, 'weights'));
      writeFileSync(path.join(dir, 'weights', 'w.bin'), '1');
    },
    () => {
      rmSync(path.join(dir, 'weights', 'w.bin'));
      writeFileSync(path.join(dir, 'weights', 'v.bin'), '1');
    },
    () => {
      rmSync(path.join(dir, 'model.json'));
    },
  ];
  for (const change of changes) {
    change();
    seen.push(await fingerprintOf(dir));
  }
  assert.equal(new Set(seen).size, changes.length + 1);
  assert.equal(await fingerprintOf(dir), seen.at(-1));
});
