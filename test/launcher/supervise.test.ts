import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { importTool, launch, temporaryFolder, toolUrl, until, type Launched } from './support.js';

const restarts = importTool('restarts') as Promise<{
  restartCounter: (now: () => number) => { ended: () => { count: number; mayStart: boolean } };
}>;

const ready = `process.on('message', () => process.exit(0)); process.send({ type: 'ready', port: 4711 });`;

/** Runs the supervisor over a small script that stands for the serving process. */
function supervise(t: TestContext, script: string, options = '{}'): Launched {
  return launch(t, ['--input-type=module', '-e', driver(t, script, { options })]);
}

/** The program that does so; what `note` is told can be replaced, as can the options of the supervisor. */
function driver(t: TestContext, script: string, { options = '{}', note = '' } = {}): string {
  const folder = temporaryFolder(t, { 'server.js': script });
  const launchOptions = {
    node: process.execPath,
    nodeArguments: [],
    script: join(folder, 'server.js'),
    cwd: folder,
    options: { port: 0 },
  };
  return `
    const { supervise } = await import(${JSON.stringify(toolUrl('supervise'))});
    const note = ({ pid, port }) => {
      console.log('pid ' + pid + ' port ' + port);
      ${note}
    };
    process.exitCode = await supervise(${JSON.stringify(launchOptions)}, note, ${options})
      .catch(({ message }) => (console.log(message), 1));`;
}

function countLines({ lines }: Launched, pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length;
}

test('at the third end within 30 minutes the serving process stays down', async () => {
  let now = 0;
  const counter = (await restarts).restartCounter(() => now);
  assert.deepEqual(counter.ended(), { count: 1, mayStart: true });
  now = 31 * 60_000;
  assert.deepEqual(counter.ended(), { count: 1, mayStart: true }, 'older ends do not count');
  now += 60_000;
  assert.deepEqual(counter.ended(), { count: 2, mayStart: true });
  now += 60_000;
  assert.deepEqual(counter.ended(), { count: 3, mayStart: false });
});

test('a crashed serving process is started again on its port, then given up with code 1', async (t) => {
  const run = supervise(
    t,
    `console.log('asked for port ' + JSON.parse(process.argv[2]).port);
    process.send({ type: 'ready', port: 4711 }, () => process.exit(7));`,
  );
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.equal(countLines(run, /^asked for port 0$/), 1);
  assert.equal(countLines(run, /^asked for port 4711$/), 2);
  assert.equal(countLines(run, /ended \(exit code 7\), [12] of at most 2 times/), 2);
  assert.equal(countLines(run, /ended \(exit code 7\) for the third time within 30 minutes; not/), 1);
});

test('a start that fails through the user is told in one line and not repeated', async (t) => {
  const run = supervise(
    t,
    `process.send({ type: 'failed', message: 'port 80 is taken' }, () => process.exit(1));`,
  );
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.equal(countLines(run, /^warmstart: port 80 is taken$/), 1);
  assert.equal(countLines(run, /^pid /), 1);
});

test('a serving process that ends before it is ready is not started again', async (t) => {
  const run = supervise(t, 'process.exit(3);');
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.equal(countLines(run, /did not start \(exit code 3\); its output is above/), 1);
});

test('a stop signal drains the serving process and ends with code 0', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const run = supervise(t, ready);
    await run.line(/port 4711/);
    run.child.kill(signal);
    assert.deepEqual(await run.exit, { code: 0, signal: null });
    assert.equal(countLines(run, /^warmstart: stopped$/), 1);
  }
});

test('a serving process that hangs in native code is killed, with exit code 0', async (t) => {
  const run = supervise(
    t,
    `process.send({ type: 'ready', port: 4711 }, () => { for (;;); });`,
    '{ graceMs: 100 }',
  );
  const [, pid] = await run.line(/^pid (\d+) port 4711$/);
  run.child.kill('SIGTERM');
  assert.deepEqual(await run.exit, { code: 0, signal: null });
  assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
});

test(
  'npm that is ended with a signal takes the serving process with it',
  { skip: process.platform === 'win32' },
  async (t) => {
    // as npm does: a shell between, which the signal ends without passing it on
    const shell = `require('node:child_process').spawn(process.execPath, ['--input-type=module', '-e', process.env.DRIVER],
    { stdio: 'inherit' });`;
    const run = launch(t, ['-e', shell], {
      ...process.env,
      DRIVER: driver(t, ready),
      npm_lifecycle_event: 'start',
    });
    await run.line(/ port 4711$/);
    run.child.kill('SIGTERM');
    await run.exit; // the output is closed only when the serving process has ended too
    assert.equal(countLines(run, /^warmstart: npm has ended: answering what is running/), 1);
    assert.equal(countLines(run, /^warmstart: stopped$/), 1);
  },
);

test('a second Ctrl-C does not wait for the end of the grace period', async (t) => {
  const anHourEachLook = '{ graceMs: 600_000, now: ((time) => () => (time += 3_600_000))(0) }';
  const run = supervise(
    t,
    `process.send({ type: 'ready', port: 4711 }, () => { for (;;); });`,
    anHourEachLook,
  );
  await run.line(/port 4711$/);
  run.child.kill('SIGINT');
  await run.line(/^warmstart: SIGINT/);
  run.child.kill('SIGINT');
  assert.deepEqual(await run.exit, { code: 0, signal: null });
  assert.equal(countLines(run, /^warmstart: killed$/), 1);
});

test('when its lock is lost the launcher ends the serving process and says why', async (t) => {
  const note = `if (port !== null) throw new Error('the lock is lost');`;
  const run = launch(t, ['--input-type=module', '-e', driver(t, ready, { note })]);
  const [, pid] = await run.line(/^pid (\d+) port 4711$/);
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.equal(countLines(run, /^the lock is lost$/), 1);
  assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
});

test('a problem of storage ends the serving process gently and is thrown', async (t) => {
  const run = supervise(
    t,
    `process.on('message', () => { console.log('drained'); process.exit(0); });
    process.send({ type: 'ready', port: 4711 });`,
    `{ problem: new Promise((resolve) => process.stdin.once('data', () => resolve(new Error('storage is gone')))) }`,
  );
  await run.line(/port 4711$/);
  run.child.stdin?.end('now');
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.deepEqual(run.lines.slice(-2), ['drained', 'storage is gone']);
});

test('a replaced serving process is drained, keeps its port, and counts as no crash', async (t) => {
  const run = supervise(
    t,
    `console.log('asked for port ' + JSON.parse(process.argv[2]).port); ${ready}`,
    `{ watch: (restart) => { process.stdin.on('data', restart); return () => process.stdin.destroy(); } }`,
  );
  await run.line(/port 4711$/);
  for (const count of [1, 2, 3, 4]) {
    run.child.stdin?.write('change\n');
    await until('it is ready again', () => countLines(run, /^pid \d+ port 4711$/) === count + 1);
  }
  assert.equal(countLines(run, /^asked for port 4711$/), 4);
  run.child.kill('SIGTERM');
  assert.deepEqual(await run.exit, { code: 0, signal: null });
  assert.equal(countLines(run, /of at most 2 times/), 0);
});

test('a stop signal ends the wait for a change', async (t) => {
  const run = supervise(
    t,
    `process.send({ type: 'ready', port: 4711 }, () => process.exit(7));`,
    `{ watch: () => { const timer = setInterval(() => {}, 1000); return () => clearInterval(timer); } }`,
  );
  await run.line(/^warmstart: waiting for a change$/);
  run.child.kill('SIGINT');
  assert.deepEqual(await run.exit, { code: 0, signal: null });
});
