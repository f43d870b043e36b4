import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { dataFolder, launch, projectRoot, temporaryFolder, until, type Launched } from './support.js';

const listening = /^Warmstart is listening on /;
const skip = process.platform !== 'linux' && 'process groups are read from /proc';

/** `npm start` over one model whose first run never ends, with all the time in the world for its check. */
function startEndlessCheck(t: TestContext): { started: Launched; data: string } {
  const [models, data] = [temporaryFolder(t), dataFolder(t)];
  cpSync(join(projectRoot, 'test', 'models', 'endless-loop'), join(models, 'endless-loop', '1'), {
    recursive: true,
  });
  const args = [join(projectRoot, 'tools', 'run.mjs'), 'start', '--no-build', '--port', '0', '--data', data];
  const env = {
    ...process.env,
    WARMSTART_MODELS_DIR: models,
    WARMSTART_CHECK_TIMEOUT_MS: '600000',
    WARMSTART_DRAIN_MS: '0',
  };
  return { started: launch(t, args, env), data };
}

/** The running processes of a group by their command lines. */
function groupOf(leader: number): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || Number(group) !== leader) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return []; // it has ended between the two looks
    }
  });
}

/** Waits until a serving process other than `before` checks the model; gives its pid. */
async function checkingServer(t: TestContext, data: string, before?: number): Promise<number> {
  let server = 0;
  await until('the check process runs', () => {
    const lock = readFileSync(join(data, 'start.lock'), 'utf8');
    server = (JSON.parse(lock) as { server: { pid: number } | null }).server?.pid ?? 0;
    return (
      server !== 0 &&
      server !== before &&
      groupOf(server).some(({ command }) => command.includes('checkProcess'))
    );
  });
  t.after(() => {
    for (const { pid } of groupOf(server)) process.kill(pid, 'SIGKILL');
  });
  return server;
}

async function assertGroupEnds(server: number): Promise<void> {
  await until(`the group of ${server} is empty`, () => groupOf(server).length === 0);
}

test('SIGTERM leaves no check process behind', { skip }, async (t) => {
  const { started, data } = startEndlessCheck(t);
  await started.line(listening);
  const server = await checkingServer(t, data);
  started.child.kill('SIGTERM');
  assert.deepEqual(await started.exit, { code: 0, signal: null });
  await assertGroupEnds(server);
});

test('a killed serving process leaves no check process behind', { skip }, async (t) => {
  const { started, data } = startEndlessCheck(t);
  await started.line(listening);
  const first = await checkingServer(t, data);
  process.kill(first, 'SIGKILL');
  await started.line(/^warmstart: the serving process ended \(SIGKILL\), 1 of at most 2 times/);
  await assertGroupEnds(first);
  const second = await checkingServer(t, data, first);
  started.child.kill('SIGTERM');
  assert.deepEqual(await started.exit, { code: 0, signal: null });
  await assertGroupEnds(second);
});
