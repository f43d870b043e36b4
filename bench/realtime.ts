import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { measureFirstCalls } from './firstCalls.js';
import { measureHeavyModel } from './heavyModel.js';
import { measureOverhead } from './overhead.js';
import { measureStart } from './startUp.js';

// npm run bench:realtime [-- --quick]: the figures of the README's bench section, all from one run.

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick');
  console.log(`machine: ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
  console.log(`load average before: ${loadAverage()}${quick ? '; quick run, figures are rough' : ''}\n`);
  await measureOverhead(quick);
  await measureHeavyModel(quick);
  await measureFirstCalls();
  await measureStart(quick);
}

function loadAverage(): string {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
  } catch {
    return 'not known';
  }
}

void main();
