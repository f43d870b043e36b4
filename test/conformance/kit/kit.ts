import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/project.js';
import type { HostUnderTest } from './hostProcess.js';
import type { Profile } from './kitOptions.js';

/** Durable cases that are played side by side. */
const PARALLEL = 8;

interface PlayOptions {
  readonly only: string | undefined;
  readonly hostUrl: string;
  readonly outDir: string;
  readonly traceDir: string;
  /** A shell command that kills the host and starts it again after the pause it is given. */
  readonly restart: string;
}

/** The programs of the kit, run where they are; nothing is written into its folder. */
export class Kit {
  /** What a real host answered. */
  readonly recordedDir: string;

  constructor(readonly dir: string) {
    this.recordedDir = path.join(dir, 'recorded');
    if (!existsSync(path.join(dir, 'run.js')) || !existsSync(this.recordedDir)) {
      throw new Error(`${dir} is no conformance kit: name its folder with --kit`);
    }
  }

  get keys(): HostUnderTest['keys'] {
    const file = path.join(this.dir, 'keys.json');
    const { master, host, durable, blobs } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    if (!master || !host || !durable || !blobs) throw new Error(`${file} lacks a key`);
    return { master, host, system: { durabletask_extension: durable, blobs_extension: blobs } };
  }

  /** The environment in which the host is played and the kit plays. */
  environment(profile: Profile, traceDir: string): NodeJS.ProcessEnv {
    // a profile of the kit's player alone has no settings of its own
    const name = profile === 'restart' ? 'main' : profile;
    const script = `set -- '${name}'; . ./storage.env && . ./profile.env.sh && env -0`;
    const env = { ...process.env, CONF_TRACE_DIR: traceDir };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
      cwd: this.dir,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`profile.env.sh ${name} failed: ${stderr}`);
    const lines = stdout.split('\0').filter((line) => line.includes('='));
    const exported = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return {
      ...exported,
      NODE_PATH: path.join(projectRoot, 'node_modules'),
      'AzureWebJobs.httpDisabled.Disabled': 'true',
      // these names show in the recorded answers
      AzureFunctionsWebHost__hostId: 'conf7271',
      ...(profile === 'restart' && { AzureFunctionsJobHost__extensions__durableTask__hubName: 'RestartHub' }),
    };
  }

  /** Ids of the cases that would be played. */
  async cases(profile: Profile, only: string | undefined): Promise<string[]> {
    const { output } = await this.#run(
      'run.js',
      ['--list', '--profile', profile, ...onlyFlag(only)],
      process.env,
    );
    return output.split('\n').filter((line) => line !== '');
  }

  /** Plays the cases of a profile against a host; what it answered stands in `outDir` afterwards. */
  async play(profile: Profile, environment: NodeJS.ProcessEnv, options: PlayOptions): Promise<void> {
    const { only, hostUrl, outDir, traceDir, restart } = options;
    const places = ['--base', hostUrl, '--out', outDir, '--trace-dir', traceDir, '--restart', restart];
    const args = ['--profile', profile, '--parallel', String(PARALLEL), ...places, ...onlyFlag(only)];
    const { code } = await this.#run('run.js', args, environment, 'inherit');
    if (code !== 0) throw new Error(`run.js --profile ${profile} ended with ${code}`);
  }

  /** What diff.js prints for what was recorded and what is in `outDir`. */
  async compare(outDir: string): Promise<string> {
    return (await this.#run('diff.js', [this.recordedDir, outDir], process.env)).output;
  }

  async #run(
    script: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    stdout: 'pipe' | 'inherit' = 'pipe',
  ): Promise<{ code: number; output: string }> {
    const child = spawn(process.execPath, [path.join(this.dir, script), ...args], {
      env,
      stdio: ['ignore', stdout, 'inherit'],
    });
    const end = (): void => void child.kill();
    process.once('exit', end);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = (await once(child, 'close')) as [number | null];
    process.off('exit', end);
    return { code: code ?? 1, output };
  }
}

function onlyFlag(only: string | undefined): string[] {
  return only === undefined ? [] : ['--only', only];
}
