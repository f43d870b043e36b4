import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { builtRoot } from '../../support/project.js';

export interface HostUnderTest {
  readonly appDir: string;
  readonly dataDir: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets what the host and the functions write. */
  readonly logFile: string;
  readonly keys: {
    readonly master: string;
    readonly host: string;
    readonly system: Readonly<Record<string, string>>;
  };
}

/** The host refused to start; the message is its line. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

type Word =
  { readonly type: 'ready'; readonly port: number } | { readonly type: 'failed'; readonly message: string };

/** The local host in a process of its own. A process that ends by itself is started again, as the launcher does. */
export class HostProcess {
  #child: ChildProcess | undefined;
  #port = 0;
  #stopping = false;
  /** A start that was not asked for and failed. */
  failure: Error | undefined;

  constructor(private readonly host: HostUnderTest) {}

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves when it listens; rejects with StartRefused. */
  async start(): Promise<void> {
    const { appDir, dataDir, environment, logFile, keys } = this.host;
    const options = { appDir, dataDir, keys, hostname: '127.0.0.1', port: this.#port };
    const log = openSync(logFile, 'a');
    const child = spawn(
      process.execPath,
      [path.join(builtRoot, 'test', 'support', 'hostEntry.js'), JSON.stringify(options)],
      {
        cwd: path.dirname(appDir),
        env: environment,
        stdio: ['ignore', log, log, 'ipc'],
      },
    );
    closeSync(log);
    this.#stopping = false;
    const word = await new Promise<Word>((resolve) => {
      child.once('message', (message) => {
        resolve(message as Word);
      });
      child.once('exit', (code, signal) => {
        resolve({ type: 'failed', message: `ended with ${String(code ?? signal)} before it listened` });
      });
    });
    if (word.type === 'failed') {
      child.kill('SIGKILL');
      throw new StartRefused(word.message);
    }
    this.#port = word.port;
    this.#child = child;
    child.once('exit', () => {
      if (this.#stopping) return;
      this.start().catch((error: unknown) => {
        this.failure = error instanceof Error ? error : new Error(String(error));
      });
    });
  }

  /** Kills the process, waits and starts it again on the same port and data. */
  async restart(downMs: number): Promise<void> {
    await this.#end('SIGKILL');
    await delay(downMs);
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const late = delay(10_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
    await Promise.race([ended, late]);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
