import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { HostProcess, StartRefused } from './hostProcess.js';
import type { Kit } from './kit.js';
import { REFUSED_AT_START, writeKitApp } from './kitApp.js';
import type { Profile } from './kitOptions.js';

/** Starts hosts on the kit's app and plays the cases against them, each profile with a host and data of its own. */
export class PlayRun {
  readonly outDir: string;
  readonly startRefusals: string[] = [];
  readonly #traceDir: string;
  readonly #logFile: string;

  constructor(
    private readonly kit: Kit,
    private readonly workDir: string,
    private readonly only: string | undefined,
  ) {
    this.outDir = path.join(workDir, 'answers');
    this.#traceDir = path.join(workDir, 'trace');
    this.#logFile = path.join(workDir, 'host.log');
    mkdirSync(this.outDir);
    mkdirSync(this.#traceDir);
  }

  /** What all hosts wrote. */
  get log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** Starts the app with one thing at a time that must be refused; gives the number of starts that were not. */
  async checkStartRefusals(): Promise<number> {
    let faults = 0;
    for (const [name, text] of Object.entries({ ...REFUSED_AT_START, stream: 'enableHttpStream' })) {
      const host = this.#host(name === 'stream' ? 'stream' : 'main', `refused-${name}`, name);
      const line = await host.start().then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      );
      await host.stop();
      if (line?.includes(text)) {
        this.startRefusals.push(line);
        console.log(`start refused: ${line}`);
      } else {
        console.log(
          `the start with ${name} was ${line === undefined ? 'not refused' : `refused with: ${line}`}`,
        );
        faults++;
      }
    }
    return faults;
  }

  /** Plays the cases of a profile; false if the host did not come up. */
  async play(profile: Profile): Promise<boolean> {
    const host = this.#host(profile, profile);
    const control = await restartControl(host);
    try {
      await host.start();
      const { port } = control.address() as AddressInfo;
      const command = [
        process.execPath,
        path.join(__dirname, 'restartCommand.js'),
        `http://127.0.0.1:${port}`,
      ];
      await this.kit.play(profile, this.kit.environment(profile, this.#traceDir), {
        only: this.only,
        hostUrl: host.url,
        outDir: this.outDir,
        traceDir: this.#traceDir,
        restart: command.map((part) => `'${part}'`).join(' '),
      });
      if (host.failure !== undefined) throw host.failure;
      return true;
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error;
      console.log(`profile ${profile} is not played, the host did not start: ${error.message}`);
      return false;
    } finally {
      control.close();
      await host.stop();
    }
  }

  #host(profile: Profile, name: string, kept?: string): HostProcess {
    const appDir = path.join(this.workDir, `app-${name}`);
    const dataDir = path.join(this.workDir, `data-${name}`);
    writeKitApp(this.kit.dir, appDir, kept);
    mkdirSync(dataDir);
    return new HostProcess({
      appDir,
      dataDir,
      environment: this.kit.environment(profile, this.#traceDir),
      logFile: this.#logFile,
      keys: this.kit.keys,
    });
  }
}

/** Listens for restartCommand.js. */
function restartControl(host: HostProcess): Promise<Server> {
  const server = createServer((request, response) => {
    const downMs = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('downMs'));
    host.restart(downMs).then(
      () => response.end(),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    }),
  );
}
