import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { TestContext } from 'node:test';

/** The root of the repository, seen from the built tests. */
export const projectRoot = join(__dirname, '..', '..', '..');

/** The address of a module of the launcher, which is plain JavaScript and not part of the build. */
export function toolUrl(name: string): string {
  return pathToFileURL(join(projectRoot, 'tools', 'launcher', `${name}.mjs`)).href;
}

/** Loads a module of the launcher; the caller states the part of its shape that it uses. */
export async function importTool(name: string): Promise<unknown> {
  return import(toolUrl(name));
}

/** A folder that is removed after the test, with the given files in it. */
export function temporaryFolder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'warmstart-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const [name, content] of Object.entries(files)) write(join(folder, name), content);
  return folder;
}

/** The part of a lock file that names processes. */
interface Holders {
  readonly launcher: Identity;
  readonly server: Identity | null;
}
interface Identity {
  readonly pid: number;
  readonly born: string | null;
}

/** A data folder for `npm start`. After the test everything that works on it is ended: storage outlives its launcher. */
export function dataFolder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'warmstart-data-'));
  for (const [name, content] of Object.entries(files)) write(join(folder, name), content);
  t.after(async () => {
    // the launcher first: it would start its storage again
    for (const name of ['start.lock', 'azurite.json']) await killHolders(join(folder, name));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return folder;
}

/** The process that holds a lock file of a data folder. */
export function holderPid(data: string, name = 'azurite.json'): number {
  return (JSON.parse(readFileSync(join(data, name), 'utf8')) as Holders).launcher.pid;
}

async function killHolders(file: string): Promise<void> {
  const { isAlive } = (await importTool('processIdentity')) as { isAlive: (one: Identity) => boolean };
  let holders: Partial<Holders>;
  try {
    holders = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holders>;
  } catch {
    return; // there is none, or the test has damaged it
  }
  for (const one of [holders.launcher, holders.server]) {
    if (!one || one.pid === process.pid || !isAlive(one)) continue;
    process.kill(one.pid, 'SIGKILL');
    await until(`process ${one.pid} has ended`, () => !isAlive(one));
  }
}

/** Waits until something outside holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(20);
  }
}

/** Writes a file and the folders above it. */
export function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** A started process whose output is waited for line by line. */
export interface Launched {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything printed so far. */
  readonly lines: readonly string[];
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The first line, printed already or still to come, that matches; rejects when the process ends without it. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts Node with these arguments; the process is killed after the test if it still runs. */
export function launch(
  t: TestContext,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Launched {
  // the runner of these tests tells its children where they belong; a launcher under test is not one of them
  const cleanEnv = { ...env };
  delete cleanEnv.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: cleanEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  const notify = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      notify();
    });
  }
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true;
      notify();
      resolve({ code, signal });
    });
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const line = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = lines.map((text) => pattern.exec(text)).find((found) => found !== null);
        if (match) resolve(match);
        else if (ended) reject(new Error(`ended without ${pattern.source}; printed:\n${lines.join('\n')}`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    });
  return { pid: child.pid ?? -1, child, lines, exit, line };
}
