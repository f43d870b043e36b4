import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { BenchInputs } from './batch/benchInputs.js';
import { startStorage, type BenchStorage } from './batch/benchStorage.js';
import { measureLatency } from './batch/latency.js';
import { measureMemory } from './batch/memory.js';
import { measureSpeed } from './batch/speed.js';

// npm run bench:batch [-- speed|latency|memory ...] [--rows n] [--quick]: the figures of jobs, all parts in one run.
// Linux alone: CPU seconds and memory come from /proc.

interface Options {
  readonly rows: number;
  readonly quick: boolean;
}

const parts: Readonly<
  Record<string, (storage: BenchStorage, inputs: BenchInputs, quick: boolean) => Promise<void>>
> = {
  speed: measureSpeed,
  latency: measureLatency,
  memory: measureMemory,
};

async function main(names: readonly string[], { rows, quick }: Options): Promise<void> {
  const unknown = names.find((name) => !(name in parts));
  if (unknown !== undefined)
    throw new Error(`unknown part ${unknown}; there are ${Object.keys(parts).join(', ')}`);
  const [date] = new Date().toISOString().split('T');
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg().map((value) => value.toFixed(2));
  console.log(
    `${date ?? ''}: ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${memoryGiB} GiB, Node ${process.version}`,
  );
  console.log(`load average before: ${load.join(' ')}; Azurite in memory, in a process of its own\n`);
  for (const [name, measure] of Object.entries(parts)) {
    if (names.length > 0 && !names.includes(name)) continue;
    // each part has storage of its own, so that none pays for what another has left there
    const storage = await startStorage();
    try {
      await measure(storage, new BenchInputs(storage.store, rows), quick);
    } finally {
      await storage.stop();
    }
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, quick: { type: 'boolean', default: false } },
});
void main(positionals, { rows: Number(values.rows), quick: values.quick });
