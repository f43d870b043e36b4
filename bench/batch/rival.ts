import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../test/support/project.js';
import type { BenchInput } from './benchInputs.js';
import type { BenchStorage } from './benchStorage.js';
import { benchModelsDir } from './batchHost.js';

const run = promisify(execFile);
const venvDir = path.join(projectRoot, '.warmstart', 'bench', 'venv');
const python = path.join(venvDir, 'bin', 'python');
const packages = ['pandas', 'numpy', 'onnxruntime'];
const lifetimeMs = 3_600_000;

/** What three runs over an input took, imports not counted. */
interface RivalRuns {
  readonly rows: number;
  readonly seconds: readonly number[];
  /** Of the script alone, without the storage server. */
  readonly cpuSeconds: readonly number[];
}

/** What users have today: a Python script with pandas and ONNX Runtime. */
export interface Rival {
  score(model: string, input: BenchInput): Promise<RivalRuns>;
}

/** Makes its environment in .warmstart/bench/venv; undefined, with a word about it, where that cannot be had. */
export async function openRival({ store }: BenchStorage): Promise<Rival | undefined> {
  try {
    if (!existsSync(python)) await run('python3', ['-m', 'venv', venvDir]);
    // the versions that the models are made with
    const pins = ['-c', path.join(projectRoot, 'tools', 'train', 'requirements.txt')];
    const patience = ['--retries', '1', '--timeout', '20', '--disable-pip-version-check'];
    await run(python, ['-m', 'pip', 'install', '-q', ...patience, ...pins, ...packages]);
  } catch (error) {
    const [reason] = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split('\n')
      .slice(-1);
    console.log(`no Python to compare with (${reason ?? ''}); everything else goes on\n`);
    return undefined;
  }
  const link = async (blob: BenchInput['blob'], permission: 'read' | 'write'): Promise<string> =>
    (await store.link(blob, { permission, lifetimeMs })) as string;
  return {
    async score(model, { blob, rows }) {
      const result = { container: 'batches', name: `bench/rival-${model}.csv` };
      const file = path.join(benchModelsDir, model, '1.0.0', 'model.onnx');
      const script = path.join(projectRoot, 'bench', 'batchRival.py');
      const args = [script, file, await link(blob, 'read'), await link(result, 'write')];
      const { stdout } = await run(python, args, { maxBuffer: 2 ** 24 });
      const answer = JSON.parse(stdout) as RivalRuns;
      if (answer.rows !== rows) throw new Error(`the script has scored ${answer.rows} rows of ${rows}`);
      return answer;
    },
  };
}
