import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { median, runLoad } from './load.js';
import { cpuSeconds, processTree } from './processFigures.js';

const root = path.resolve(__dirname, '..', '..');

/** Time from `npm start` to ready when everything is built, and what the idle server costs after 1,000 calls. */
export async function measureStart(quick: boolean): Promise<void> {
  const times: number[] = [];
  let server = await start();
  times.push(server.readyMs);
  for (let i = 1; i < (quick ? 1 : 5); i++) {
    await stop(server.child);
    server = await start();
    times.push(server.readyMs);
  }
  console.log(`npm start (built) to ready: median ${median(times).toFixed(0)} ms of ${times.length}`);
  console.log('wanted: under 2000 ms\n');

  const body = '{"hp":120,"wt":2.8}';
  let scored = 0;
  while (scored < 1000) {
    const load = {
      port: server.port,
      path: '/api/transmission/1.0.0',
      body,
      connections: 4,
      durationMs: 250,
    };
    scored += (await runLoad(load)).requests;
  }
  const idleMs = quick ? 3000 : 20_000;
  await pause(1000);
  const before = cpuMs(server.child.pid as number);
  await pause(idleMs);
  const cores = (cpuMs(server.child.pid as number) - before) / idleMs;
  await stop(server.child);
  console.log(`idle after ${scored} scored requests: ${cores.toFixed(3)} cores over ${idleMs / 1000} s`);
  console.log('wanted: under 0.05 cores\n');
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly readyMs: number;
}

function start(): Promise<Started> {
  const begun = performance.now();
  const data = path.join(root, '.warmstart', 'bench', 'start-data');
  // what npm calls: npm itself hands no signal on
  const launcher = [path.join(root, 'tools', 'run.mjs'), 'start', '--port', '0', '--data', data];
  const child = spawn(process.execPath, launcher, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => {
      reject(new Error(`npm start ended with exit code ${code}`));
    });
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
      if (port !== undefined)
        void waitUntilReady(Number(port)).then(() => {
          resolve({ child, port: Number(port), readyMs: performance.now() - begun });
        }, reject);
    });
  });
}

async function waitUntilReady(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/v2/health/ready`);
    if (answer.ok) return;
    await pause(5);
  }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** CPU time of the launcher, the server and the storage beside it. */
const cpuMs = (pid: number) => processTree(pid).reduce((total, one) => total + cpuSeconds(one), 0) * 1000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
