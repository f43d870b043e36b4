import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { projectRoot } from '../support/project.js';
import { fileCleanUp, temporaryDir } from '../support/temporaryDir.js';
import { installClient } from './clientPackage.js';
import { startStubServer } from './stubServer.js';

const file = fileCleanUp();
const run = promisify(execFile);
/** A project that has the client as a package. */
const consumer = temporaryDir(file);
let packageDir = '';

before(async () => {
  packageDir = await installClient(consumer);
});

const program = `
const server = new MLServer(process.argv[2]);
server.getService('cars').then(async (svc) => {
  const batch = await svc.batch(csvFile('cars.csv'), 2).start();
  console.log(batch.executionId, await batch.download(0, 'answer.csv'));
});
`;

const programs = {
  'program.mjs': `import { csvFile, MLServer } from 'warmstart-client';${program}`,
  'program.cjs': `const { csvFile, MLServer } = require('warmstart-client');${program}`,
};

for (const [name, source] of Object.entries(programs)) {
  test(`${name} runs with the package, paths of files included`, async (t) => {
    const { url, lines } = await startStubServer(t, ({ method, path: asked }) => {
      if (method === 'POST') return { status: 202, body: { batchExecutionId: 'b1' } };
      if (asked.endsWith('.csv')) return { body: 'answer\n1\n' };
      return {
        body: [{ name: 'cars', version: '1', inputParameterDefinitions: [{ name: 'hp', type: 'numeric' }] }],
      };
    });
    writeFileSync(path.join(consumer, name), source);
    writeFileSync(path.join(consumer, 'cars.csv'), 'hp\n110\n');
    const { stdout, stderr } = await run(process.execPath, [name, url], { cwd: consumer });
    assert.match(stdout, /^b1 \[ '.*answer\.csv' \]\n$/);
    assert.equal(stderr, '');
    assert.equal(readFileSync(path.join(consumer, 'answer.csv'), 'utf8'), 'answer\n1\n');
    assert.equal(lines().length, 3);
  });
}

const browserProgram = `
const { log } = console;
const url = process.argv[2];
// Buffer has to stay: the fetch of Node needs it
for (const name of ['process', 'global', 'setImmediate']) delete globalThis[name];
const { csvFile, MLServer } = await import('warmstart-client');
const server = new MLServer(url, { auth: { username: 'anna', password: 'secret' } });
const svc = await server.getService('cars');
log((await svc.consume(new Blob(['hp\\n110\\n']))).outputs.answer);
const batch = await svc.batch(csvFile(new File(['hp\\n110\\n'], 'cars.csv'))).start();
log((await batch.artifact(0, 'answer.csv')).length);
for (const act of [() => svc.consume(csvFile('cars.csv')), () => batch.download(0)]) {
  await act().catch((error) => log(error.message));
}
`;

test('where there is nothing of Node, all works but paths, which say so', async (t) => {
  const { url } = await startStubServer(t, ({ path: asked }) => {
    if (asked === '/login') return { body: { access_token: 'a', expires_in: 3600 } };
    if (asked.includes('/batch?')) return { status: 202, body: { batchExecutionId: 'b1' } };
    if (asked.endsWith('.csv')) return { body: 'answer\n1\n' };
    if (asked.startsWith('/api/')) return { body: { success: true, outputParameters: { answer: 7 } } };
    return {
      body: [{ name: 'cars', version: '1', inputParameterDefinitions: [{ name: 'hp', type: 'numeric' }] }],
    };
  });
  writeFileSync(path.join(consumer, 'browser.mjs'), browserProgram);
  const { stdout } = await run(process.execPath, ['browser.mjs', url], { cwd: consumer });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    '7',
    '9',
    'a path: there are no paths in a browser; work with a Blob or with bytes',
    'download: there are no paths in a browser; work with a Blob or with bytes',
  ]);
});

const typed = `
const server = new MLServer('http://127.0.0.1:7071', { auth: { username: 'anna', password: 'secret' } });
export async function score(signal: AbortSignal, file: File): Promise<number> {
  const svc = await server.getService<'manualTransmission'>('transmission', { version: '1.0.0', signal });
  const response: ServiceResponse = await svc.manualTransmission({ hp: 120, wt: 2.8 }, { timeoutMs: 1000 });
  const bytes: Uint8Array | undefined = response.artifact('answer.csv');
  const text: string | undefined = response.artifact('answer.csv', { decode: false });
  const batch = await svc.batch(file, 10).start();
  const { state, executions } = await batch.results(true, { signal });
  const isDone: boolean = state === 'Complete';
  await server.deployRealtime('cars', { model: file, files: { 'model.json': new Blob(['{}']) } });
  // @ts-expect-error there is no such state
  if (state === 'complete') throw new MLServerError('', { status: 0 });
  // @ts-expect-error a service has the methods that it was asked for
  await svc.other({});
  // @ts-expect-error a version must be named
  await server.deleteService('cars', {});
  return isDone ? executions.length : (bytes?.length ?? text?.length ?? 0);
}
`;
const imports = `import { MLServer, MLServerError, type ServiceResponse } from 'warmstart-client';`;

const compilers = {
  'Node, ESM': { file: 'typed.mts', module: 'nodenext', resolution: 'nodenext' },
  'Node, CommonJS': { file: 'typed.cts', module: 'nodenext', resolution: 'nodenext' },
  'a bundler': { file: 'typed.ts', module: 'es2022', resolution: 'bundler' },
};

for (const [name, { file: source, module, resolution }] of Object.entries(compilers)) {
  test(`the types hold for ${name}, without those of Node`, async () => {
    writeFileSync(path.join(consumer, source), imports + typed);
    const tsc = path.join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
    const browser = ['--lib', 'ES2022,DOM', '--target', 'es2022'];
    const how = ['--module', module, '--moduleResolution', resolution];
    const args = [tsc, ...strict, ...browser, ...how, '--ignoreConfig', source];
    await run(process.execPath, args, { cwd: consumer }).catch((error: unknown) => {
      assert.fail(String((error as { stdout?: unknown }).stdout));
    });
  });
}

test('what is of Node is in one file, which a browser never loads', () => {
  const esm = path.join(packageDir, 'dist', 'esm');
  const sources = readdirSync(esm)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(path.join(esm, name), 'utf8')] as const);
  const those = (pattern: RegExp) => sources.flatMap(([name, text]) => (pattern.test(text) ? [name] : []));
  assert.deepEqual(those(/['"]node:|\bBuffer\b|\brequire\(/), ['nodeFiles.js']);
  assert.deepEqual(those(/nodeFiles\.js/), ['files.js']);
  assert.deepEqual(those(/from ['"]\.\/nodeFiles\.js/), []);
  const imported = sources.flatMap(([, text]) => [
    ...text.matchAll(/(?:^(?:im|ex)port [^'"]* from |\bimport\()['"]([^'"]+)/gm),
  ]);
  assert.ok(imported.length > 20);
  const packages = imported.map(([, name = '']) => name).filter((name) => !/^(\.\/|node:)/.test(name));
  assert.deepEqual(packages, []);
});
