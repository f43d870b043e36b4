import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { importModule } from '../../../../shared/runtime/scoring/importModule.js';
import { modelsDirWith } from '../../../support/modelsDir.js';

const chain = {
  'scoring.mjs':
    "import { b } from './assets/b.mjs'; import c from './assets/c.json' with { type: 'json' }; export const all = ['a1', ...b, c];",
  'assets/b.mjs': "import { d } from './deep/d.mjs'; export const b = ['b1', d];",
  'assets/deep/d.mjs': "export const d = 'd1';",
  'assets/c.json': '"c1"',
};

test('a changed file is imported anew under another key, however deep it lies', async (t) => {
  const dir = path.join(modelsDirWith(t, { 'm/1': { files: chain } }), 'm', '1');
  const all = async (key: string) => ((await importModule({ dir, key })) as { all: string[] }).all;
  assert.deepEqual(await all('a1'), ['a1', 'b1', 'd1', 'c1']);
  writeFileSync(path.join(dir, 'assets/deep/d.mjs'), "export const d = 'd2';");
  writeFileSync(path.join(dir, 'assets/c.json'), '"c2"');
  assert.deepEqual(await all('a1'), ['a1', 'b1', 'd1', 'c1']);
  assert.deepEqual(await all('a2'), ['a1', 'b1', 'd2', 'c2']);
});

test('a relative import of what is no part of the model is refused, however it is said', async (t) => {
  const imports = [
    './other.mjs',
    './assets.mjs',
    '../2/scoring.mjs',
    './assets/../other.mjs',
    './other.mjs?assets/',
  ];
  const outside = { 'other.mjs': 'export {};', 'assets.mjs': 'export {};' };
  const models = Object.fromEntries(
    imports.map((name, i) => [
      `m${i}/1`,
      {
        files: {
          ...outside,
          'scoring.mjs': `import './assets/a.mjs'; import '${name}';`,
          'assets/a.mjs': '',
        },
      },
    ]),
  );
  const seconds = Object.fromEntries(imports.map((_, i) => [`m${i}/2`, { files: { 'scoring.mjs': '' } }]));
  const deep = {
    files: {
      ...outside,
      'scoring.mjs': "import './assets/b.mjs';",
      'assets/b.mjs': "import '../other.mjs';",
    },
  };
  const root = modelsDirWith(t, { ...models, ...seconds, 'deep/1': deep });
  const keyOf = (i: number) => `c${i}`;
  for (const [i, name] of imports.entries()) {
    await assert.rejects(importModule({ dir: path.join(root, `m${i}`, '1'), key: keyOf(i) }), {
      message: `import '${name}': a scoring module imports files of assets/ and packages only`,
    });
  }
  await assert.rejects(
    importModule({ dir: path.join(root, 'deep', '1'), key: 'd1' }),
    /import '..\/other.mjs'/,
  );
});

test('files of assets may import scoring.mjs and each other, also through a link to the folder', async (t) => {
  const files = {
    'scoring.mjs': "export { c } from './assets/a.mjs'; export const one = 1;",
    'assets/a.mjs':
      "import { one } from '../scoring.mjs'; import './x/../b.mjs'; export const c = () => one;",
    'assets/b.mjs': '',
    'assets/x/y.mjs': '',
  };
  const root = modelsDirWith(t, { 'm/1': { files } });
  const link = path.join(root, 'link');
  symlinkSync(path.join(root, 'm'), link, 'junction');
  const { c } = (await importModule({ dir: path.join(link, '1'), key: 'e1' })) as { c: () => number };
  assert.equal(c(), 1);
});

test('packages and parts of Node are imported as they are', async (t) => {
  const text =
    "import { threadId } from 'node:worker_threads'; import path from 'path'; export const all = [threadId, path.sep];";
  const dir = path.join(modelsDirWith(t, { 'm/1': { files: { 'scoring.mjs': text } } }), 'm', '1');
  const { all } = (await importModule({ dir, key: 'b1' })) as { all: unknown[] };
  assert.deepEqual(all, [0, path.sep]);
});
