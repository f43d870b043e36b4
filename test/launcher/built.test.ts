import assert from 'node:assert/strict';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { importTool, temporaryFolder, write } from './support.js';

const tool = importTool('built') as Promise<{
  sourceHash: (root: string) => string;
  buildReason: (root: string) => string | undefined;
  clearStaleOutputs: (root: string) => void;
  stampBuild: (root: string, hash: string) => void;
}>;

/** A project after a build, without a compiler. */
async function builtProject(t: TestContext): Promise<string> {
  const root = temporaryFolder(t, {
    'tsconfig.json': '{}',
    'functions/a.ts': 'export const a = 1;',
    'functions/b.ts': 'export const b = 1;',
    'dist/functions/a.js': 'exports.a = 1;',
    'dist/functions/a.js.map': '{}',
    'dist/functions/b.js': 'exports.b = 1;',
    'dist/.tsbuildinfo': '{}',
  });
  const { sourceHash, stampBuild } = await tool;
  stampBuild(root, sourceHash(root));
  return root;
}

test('a build is current until a source changes', async (t) => {
  const { buildReason } = await tool;
  const root = await builtProject(t);
  assert.equal(buildReason(root), undefined);
  write(join(root, 'functions/a.ts'), 'export const a = 2;');
  assert.equal(buildReason(root), 'the sources have changed');
});

test('a new, a renamed and a deleted source are changes', async (t) => {
  const { buildReason } = await tool;
  const root = await builtProject(t);
  write(join(root, 'functions/c.ts'), '');
  assert.equal(buildReason(root), 'the sources have changed');
  rmSync(join(root, 'functions/c.ts'));
  assert.equal(buildReason(root), undefined);
  rmSync(join(root, 'functions/b.ts'));
  assert.equal(buildReason(root), 'the sources have changed');
});

test('a new compiler setting is a change, another time of a file is not', async (t) => {
  const { buildReason } = await tool;
  const root = await builtProject(t);
  utimesSync(join(root, 'functions/a.ts'), new Date(), new Date());
  assert.equal(buildReason(root), undefined);
  write(join(root, 'tsconfig.json'), '{"compilerOptions":{}}');
  assert.equal(buildReason(root), 'the sources have changed');
});

test('a change with the same size and time is seen', async (t) => {
  const { buildReason } = await tool;
  const root = await builtProject(t);
  const then = new Date('2026-01-01');
  utimesSync(join(root, 'functions/a.ts'), then, then);
  write(join(root, 'functions/a.ts'), 'export const a = 9;');
  utimesSync(join(root, 'functions/a.ts'), then, then);
  assert.equal(buildReason(root), 'the sources have changed');
});

test('a lost output is named, and the compiler is made to write all of them', async (t) => {
  const { buildReason, clearStaleOutputs } = await tool;
  const root = await builtProject(t);
  rmSync(join(root, 'dist/functions/b.js'));
  assert.equal(buildReason(root), 'dist/functions/b.js is missing');
  clearStaleOutputs(root);
  assert.equal(existsSync(join(root, 'dist/.tsbuildinfo')), false);
});

test('the outputs of a deleted function do not stay where functions are looked for', async (t) => {
  const { clearStaleOutputs } = await tool;
  const root = await builtProject(t);
  rmSync(join(root, 'functions/a.ts'));
  clearStaleOutputs(root);
  assert.equal(existsSync(join(root, 'dist/functions/a.js')), false);
  assert.equal(existsSync(join(root, 'dist/functions/a.js.map')), false);
  assert.ok(existsSync(join(root, 'dist/functions/b.js')));
  assert.ok(existsSync(join(root, 'dist/.tsbuildinfo')), 'what is current is not compiled again');
});

test('a build that fails leaves no stamp', async (t) => {
  const { buildReason, clearStaleOutputs } = await tool;
  const root = await builtProject(t);
  clearStaleOutputs(root);
  assert.equal(buildReason(root), 'dist/ is missing or half made');
});
