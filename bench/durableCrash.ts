import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runWithCrashes } from '../test/durable/crashes.js';
import { seededRandom } from '../test/durable/seededRandom.js';
import { median } from './load.js';

// The host is killed at 25 random moments of an orchestration: `npm run chaos:durable [-- <kills> <seed>]`.

async function main(): Promise<void> {
  const kills = Number(process.argv[2] ?? 25);
  const seed = Number(process.argv[3] ?? Date.now() % 100_000);
  const dir = mkdtempSync(path.join(tmpdir(), 'durable-crash-'));
  console.log(`seed ${seed}`);
  try {
    const { goesOnMs, instances, needlessRuns, secondRuns } = await runWithCrashes(
      dir,
      kills,
      seededRandom(seed),
    );
    console.log(`${kills} kills over ${instances} instances of 200 activities: all Completed, outputs exact`);
    const [mid, most] = [median(goesOnMs), Math.max(...goesOnMs)].map((ms) => ms.toFixed(0));
    console.log(`goes on by itself after ${mid} ms (median), at most ${most} ms; wanted at most 3000 ms`);
    console.log(`activities that ran again although their result was stored: ${needlessRuns}, wanted 0`);
    console.log(`activities cut short by a kill that ran again: ${secondRuns}`);
    process.exitCode = needlessRuns === 0 && Math.max(...goesOnMs) <= 3000 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

void main();
