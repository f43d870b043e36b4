import { availableParallelism } from 'node:os';
import { createServices } from '../../shared/services.js';
import { median } from '../load.js';
import { printTable } from '../table.js';
import { benchModelsDir, startBatchHost, type BatchHost } from './batchHost.js';
import type { BenchInput, BenchInputs } from './benchInputs.js';
import type { BenchStorage } from './benchStorage.js';
import { measureCeilings, type Ceilings } from './ceilings.js';
import { runJobs, type JobRuns } from './jobRun.js';
import { openRival } from './rival.js';

const models = ['linear', 'trees'] as const;

/** Cells of `jobCells`. */
const jobHead = ['first: rows/s', 'then: rows/s', 's', 'CPU: host', 'main thread', 'Azurite', 'stages, ms'];

/** A model with its job and what its steps cost alone. */
interface Measured {
  readonly model: string;
  readonly runs: JobRuns;
  readonly ceilings: Ceilings;
}

/** Rows per second of whole jobs, against what their steps cost alone and against a Python script. */
export async function measureSpeed(storage: BenchStorage, inputs: BenchInputs): Promise<void> {
  const csv = await inputs.csv();
  const host = await startBatchHost(storage);
  const environment = { WARMSTART_MODELS_DIR: benchModelsDir, WARMSTART_WORKERS: '1' };
  const services = createServices({ environment });
  await services.start();
  const measured: Measured[] = [];
  for (const model of models) {
    const runs = await runJobs(host, storage, model, csv);
    const plan = await services.catalog.plan(model, '1.0.0');
    measured.push({ model, runs, ceilings: await measureCeilings(storage, runs.middle.id, csv, plan) });
  }
  await services.close();
  printJobs(csv, measured);
  printCeilings(measured);
  await compareWithPython(storage, csv, measured);
  await measureFormats(host, storage, inputs);
  await host.stop();
}

function printJobs({ rows }: BenchInput, measured: readonly Measured[]): void {
  printTable(
    `a job over a CSV of ${count(rows)} rows x 12 columns, POST to Complete: the first one, then the median of 3;\n` +
      'CPU seconds by process, those of the main thread are part of the host',
    ['model', ...jobHead],
    measured.map(({ model, runs }) => [model, ...jobCells(runs)]),
  );
  console.log('');
}

function printCeilings(measured: readonly Measured[]): void {
  const steps = ['read', 'parse', 'run', 'encode', 'write', 'digest'] as const;
  printTable(
    'the steps alone, CPU seconds of all processes (of it Azurite), median of 3',
    ['step', ...measured.map(({ model }) => model)],
    steps.map((step) => [
      step === 'digest' ? 'quotes and SHA-256 (not in the sum)' : step,
      ...measured.map(({ ceilings }) => {
        const { totalS, storageS } = ceilings[step];
        return `${totalS.toFixed(2)} (${storageS.toFixed(2)})`;
      }),
    ]),
  );
  for (const { model, runs, ceilings } of measured) {
    const { read, parse, run, encode, write } = ceilings;
    const costs = [read, parse, run, encode, write].map(({ totalS }) => totalS);
    const cores = availableParallelism();
    const { tookS } = runs.middle;
    const largest = tookS / Math.max(...costs);
    const all = tookS / (costs.reduce((sum, cost) => sum + cost, 0) / cores);
    console.log(`${model}: job / largest step ${largest.toFixed(2)}, wanted at most 2;`);
    console.log(`  job / (all steps / ${cores} cores) ${all.toFixed(2)}, wanted at most 1.3`);
  }
  console.log('');
}

async function compareWithPython(
  storage: BenchStorage,
  csv: BenchInput,
  measured: readonly Measured[],
): Promise<void> {
  const rival = await openRival(storage);
  if (!rival) return;
  const rows: string[][] = [];
  for (const { model, runs } of measured) {
    const { seconds, cpuSeconds } = await rival.score(model, csv);
    const tookS = median(seconds);
    const ratio = (tookS / runs.middle.tookS).toFixed(2);
    rows.push([model, count(csv.rows / tookS), tookS.toFixed(2), median(cpuSeconds).toFixed(2), ratio]);
  }
  printTable(
    'Python: read_csv(chunksize=100_000), ONNX Runtime with its defaults, to_csv; imports not counted, median of 3',
    ['model', 'rows/s', 's', 'CPU', 'Warmstart is so many times as fast'],
    rows,
  );
  console.log('wanted: at least 3\n');
}

async function measureFormats(host: BatchHost, storage: BenchStorage, inputs: BenchInputs): Promise<void> {
  const rows: string[][] = [];
  for (const input of [await inputs.gzip(), await inputs.parquet(), await inputs.oneGroupParquet()]) {
    for (const model of models) {
      rows.push([`${input.label}, ${model}`, ...jobCells(await runJobs(host, storage, model, input))]);
    }
  }
  printTable('the same rows in other formats', ['input', ...jobHead], rows);
  console.log('');
}

function jobCells({ first, middle }: JobRuns): string[] {
  const { rowsPerSecond, tookS, hostS, mainThreadS, storageS, stages } = middle;
  const seconds = [tookS, hostS, mainThreadS, storageS].map((value) => value.toFixed(2));
  const parts = Object.entries(stages).map(([name, ms]) => `${name.replace('Ms', '')} ${ms}`);
  return [count(first.rowsPerSecond), count(rowsPerSecond), ...seconds, parts.join(', ')];
}

const count = (value: number) => Math.round(value).toLocaleString('en');
