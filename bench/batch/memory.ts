import { peakRssMiB, treeRssMiB } from '../processFigures.js';
import { printTable } from '../table.js';
import { startBatchHost } from './batchHost.js';
import type { BenchInput, BenchInputs } from './benchInputs.js';
import type { BenchStorage } from './benchStorage.js';
import { runJob } from './jobRun.js';

const sampleEveryMs = 50;

/** The most memory that our processes have at once during one job; a fresh host for each input. */
export async function measureMemory(storage: BenchStorage, inputs: BenchInputs): Promise<void> {
  const usual = await measure(storage, await inputs.csv());
  const rows: string[][] = [[...usual.cells, '']];
  const wanted = [
    await inputs.largeCsv(),
    await inputs.gzip(),
    await inputs.largeGzip(),
    await inputs.parquet(),
    await inputs.oneGroupParquet(),
  ];
  for (const input of wanted) {
    const { cells, peakMiB } = await measure(storage, input);
    rows.push([...cells, (peakMiB - usual.peakMiB).toFixed(0)]);
  }
  printTable(
    'most memory of the host and all below it during one job with `linear`, MiB',
    ['input', 'rows', 's', 'peak', 'at the start', 'above CSV'],
    rows,
  );
  console.log('wanted: peak under 900 MB, at most 100 MB above that of the CSV\n');
}

async function measure(
  storage: BenchStorage,
  input: BenchInput,
): Promise<{ readonly cells: string[]; readonly peakMiB: number }> {
  const host = await startBatchHost(storage);
  const atStartMiB = treeRssMiB(host.pid);
  let sampledMiB = atStartMiB;
  const timer = setInterval(() => {
    sampledMiB = Math.max(sampledMiB, treeRssMiB(host.pid));
  }, sampleEveryMs);
  const { tookS } = await runJob(host, storage, 'linear', input);
  clearInterval(timer);
  // the peak of the host itself is exact, that of it and its children together is sampled
  const peakMiB = Math.max(sampledMiB, peakRssMiB(host.pid));
  await host.stop();
  const figures = [peakMiB, atStartMiB].map((value) => value.toFixed(0));
  return {
    cells: [input.label, input.rows.toLocaleString('en'), tookS.toFixed(1), ...figures],
    peakMiB,
  };
}
