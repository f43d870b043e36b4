import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(__dirname, '..', '..');
const workDir = path.join(root, '.warmstart', 'bench');

export interface BenchServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Yardstick (a) in a process of its own. */
export function startPlainServer(): Promise<BenchServer> {
  return start(path.join(__dirname, 'plainServer.js'), []);
}

/** Yardstick (b): the local host with one constant function. */
export async function startConstantFunction(): Promise<BenchServer> {
  const appDir = path.join(workDir, 'constant-app');
  await mkdir(appDir, { recursive: true });
  await writeFile(path.join(appDir, 'package.json'), '{ "main": "index.js" }\n');
  const target = path.relative(appDir, path.join(__dirname, 'constantFunction.js')).split(path.sep).join('/');
  await writeFile(path.join(appDir, 'index.js'), `require(${JSON.stringify(target)});\n`);
  await writeFile(
    path.join(appDir, 'host.json'),
    '{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }\n',
  );
  return startHost({ appDir });
}

/** The app itself on the local host. */
export function startApp(environment: NodeJS.ProcessEnv = {}): Promise<BenchServer> {
  return startHost({}, environment);
}

/** Each has a folder of its own: durable runs belong to one host. */
let hosts = 0;

/** A local host of this build; `nodeFlags` come on top of those that it is served with. */
export async function startHost(
  options: { appDir?: string; dataDir?: string },
  environment: NodeJS.ProcessEnv = {},
  nodeFlags: readonly string[] = [],
): Promise<BenchServer> {
  const dataDir = path.join(workDir, `data-${hosts++}`);
  const given = { dataDir, ...options, port: 0, restarted: true };
  // served as `npm start` serves it
  const launcher = pathToFileURL(path.join(root, 'tools', 'launcher', 'servingFlags.mjs')).href;
  const { servingFlags } = (await import(launcher)) as { servingFlags: string[] };
  return start(path.join(__dirname, '..', 'local', 'main.js'), [JSON.stringify(given)], environment, [
    ...servingFlags,
    ...nodeFlags,
  ]);
}

function start(
  file: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
  execArgv: string[] = [],
): Promise<BenchServer> {
  const child = fork(file, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv,
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`${path.basename(file)} ended with exit code ${code}`));
    });
    child.on('message', (message: { type: string; port: number }) => {
      if (message.type === 'ready') {
        resolve({ port: message.port, pid: child.pid as number, stop: () => stop(child) });
      }
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.disconnect();
  });
}
