import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { launch, projectRoot, temporaryFolder, type Launched } from './support.js';

const main = join(projectRoot, 'dist', 'local', 'main.js');

/** Starts the serving process by itself over an app of these files. */
function serve(t: TestContext, files: Readonly<Record<string, string>>): { appDir: string; run: Launched } {
  const appDir = temporaryFolder(t, {
    'package.json': '{"main":"app.js"}',
    'host.json': '{"version":"2.0"}',
    'app.js': 'console.log("value:" + process.env.FROM_FILE + ", " + process.env.FROM_BOTH);',
    ...files,
  });
  return { appDir, run: serveFolder(t, appDir) };
}

function serveFolder(t: TestContext, appDir: string): Launched {
  const options = { appDir, port: 0, dataDir: join(appDir, 'data') };
  return launch(t, [main, JSON.stringify(options)], { ...process.env, FROM_BOTH: 'environment' });
}

test('values of local.settings.json become environment variables, unless they are set already', async (t) => {
  const values = { FROM_FILE: 'file', FROM_BOTH: 'file' };
  const { run } = serve(t, { 'local.settings.json': `\uFEFF${JSON.stringify({ Values: values })}` });
  await run.line(/^value:file, environment$/);
});

test('no local.settings.json is no fault', async (t) => {
  await serve(t, {}).run.line(/^value:undefined, environment$/);
});

test('a faulty local.settings.json is one line that names the file and the key', async (t) => {
  for (const [text, expected] of [
    ['{"Values":{"PORT":7071}}', ': Values.PORT: Invalid input: expected string, received number'],
    ['{"Values":[]}', ': Values: Invalid input: expected record, received array'],
    [
      '{"IsEncrypted":true,"Values":{"KEY":"secret"}}',
      ': IsEncrypted: must be false: func settings decrypt makes the values plain',
    ],
    ['null', ': the whole: Invalid input: expected object, received null'],
    ['{"Values":{"KEY":"secret",\n}}', ' is not valid JSON (line 2 column 1); comments are not allowed'],
    ['{\n// mine\n"Values":{"KEY":"secret"}}', / is not valid JSON.*; comments are not allowed$/],
    ['{"Values":{"KEY":"secret"} /* mine */}', / is not valid JSON.*; comments are not allowed$/],
  ] as const) {
    const { appDir, run } = serve(t, { 'local.settings.json': text });
    assert.deepEqual(await run.exit, { code: 1, signal: null });
    const [line = '', ...more] = run.lines;
    assert.deepEqual(more, []);
    const file = join(appDir, 'local.settings.json');
    assert.ok(line.startsWith(file), line);
    if (typeof expected === 'string') assert.equal(line.slice(file.length), expected);
    else assert.match(line.slice(file.length), expected);
    assert.doesNotMatch(line, /secret/);
  }
});

test('a local.settings.json that cannot be read is told', async (t) => {
  const appDir = temporaryFolder(t);
  mkdirSync(join(appDir, 'local.settings.json'));
  const run = serveFolder(t, appDir);
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.match(run.lines.join('\n'), /^\S+local\.settings\.json cannot be read: EISDIR.*$/);
});

test('a faulty host.json is one line', async (t) => {
  const { appDir, run } = serve(t, { 'host.json': '{\n"version"\n}' });
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.equal(run.lines.length, 1);
  assert.ok(run.lines[0]?.startsWith(`${join(appDir, 'host.json')} is not valid JSON`), run.lines[0]);
});
