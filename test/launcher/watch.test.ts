import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { stubServer, startIn, stubProject } from './stubProject.js';
import { dataFolder, holderPid, importTool, projectRoot, temporaryFolder, until, write } from './support.js';

const sourceWatch = importTool('sourceWatch') as Promise<{
  watchSources: (root: string, onChange: () => void, pauseMs: number) => () => void;
}>;

/** A project with sources of its own: the stub host serves the text of functions/app.ts. */
function sourceProject(t: TestContext): string {
  const compilerOptions = { target: 'ES2022', module: 'commonjs', rootDir: '.', outDir: 'dist', types: [] };
  const root = stubProject(t, {
    'tsconfig.json': JSON.stringify({
      compilerOptions: { ...compilerOptions, incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['functions', 'local'],
    }),
    'package.json': '{}',
    'host.json': '{}',
    'local/main.ts': `// @ts-nocheck\n${stubServer}`,
    'functions/app.ts': `export const text: string = 'one';`,
  });
  copyFileSync(join(projectRoot, 'package-lock.json'), join(root, 'package-lock.json'));
  return root;
}

test('a change is built and served on the same port; sources with errors change nothing', async (t) => {
  const [root, data] = [sourceProject(t), dataFolder(t)];
  const app = join(root, 'functions', 'app.ts');
  const run = startIn(t, root, data, '--watch');
  const served = async (text: string): Promise<{ pid: string; port: string; answer: string }> => {
    const [, pid = '', port = ''] = await run.line(new RegExp(`^serving ${text} pid (\\d+) port (\\d+)`));
    return { pid, port, answer: await (await fetch(`http://127.0.0.1:${port}`)).text() };
  };
  const first = await served('one');
  await run.line(/^warmstart: storage: Azurite/);
  const storage = holderPid(data);

  write(app, `export const text: string = 'two';`);
  const second = await served('two');
  assert.deepEqual({ ...second, pid: '' }, { pid: '', port: first.port, answer: 'two' });

  write(app, `export const text: string = 3;`);
  await run.line(/error TS2322/);
  await run.line(/^warmstart: the build failed: .*; what was built before goes on serving$/);
  assert.deepEqual(await served('two'), second);

  write(app, `export const text: string = 'four';`);
  assert.equal((await served('four')).port, first.port);

  write(app, `export const text: string = 'five'; throw new Error('broken');`);
  await run.line(/^warmstart: waiting for a change$/);
  write(app, `export const text: string = 'six';`);
  const last = await served('six');
  assert.equal(last.port, first.port);

  write(join(root, 'host.json'), '{"version":"2.0"}');
  await until(
    'settings are served',
    () => run.lines.filter((line) => line.startsWith('serving six')).length === 2,
  );
  assert.equal(holderPid(data), storage, 'storage stays as it is');
  assert.ok(
    run.lines.every((line) => !line.includes('of at most 2 times')),
    'a change is no crash',
  );
  run.child.kill('SIGTERM');
  assert.deepEqual(await run.exit, { code: 0, signal: null });
});

test('folders that come later are watched; settings too', async (t) => {
  const root = temporaryFolder(t);
  let heard = 0;
  const { watchSources } = await sourceWatch;
  const unwatch = watchSources(root, () => (heard += 1), 0);
  t.after(unwatch);
  write(join(root, 'shared', 'a.ts'), '');
  await until('the new folder is heard of', () => heard > 0);
  heard = 0;
  await until('a file in it is heard of', () => {
    write(join(root, 'shared', 'below', 'b.ts'), String(heard));
    return heard > 0;
  });
  heard = 0;
  await until('a setting is heard of', () => {
    write(join(root, 'local.settings.json'), String(heard));
    return heard > 0;
  });
});
