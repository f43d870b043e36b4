import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureHostile } from './publish/hostile.js';
import { measureMemory } from './publish/memory.js';

// npm run bench:publish [-- memory|hostile ...] [--quick]: what publishing costs the process that serves.
// Linux alone: memory comes from /proc.

const parts: Readonly<Record<string, (quick: boolean) => Promise<void>>> = {
  memory: measureMemory,
  hostile: measureHostile,
};

async function main(names: readonly string[], quick: boolean): Promise<void> {
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
    if (names.length === 0 || names.includes(name)) await measure(quick);
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
void main(positionals, values.quick);
