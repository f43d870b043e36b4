import { startCrashBed } from '../test/batch/crashBed.js';
import {
  atRandom,
  killAtRandom,
  runQuietly,
  runWithKills,
  when,
  type KillMoment,
} from '../test/batch/crashes.js';
import { crashChunks, crashJobs, joinedJob, type CrashJob } from '../test/batch/crashJobs.js';
import { runWithStorageStop } from '../test/batch/storageStop.js';
import { StorageSweep } from '../test/batch/storageSweep.js';
import { sweepFaults } from '../test/batch/sweepFaults.js';
import { sweptJobs } from '../test/batch/sweptJobs.js';
import { seededRandom } from '../test/durable/seededRandom.js';
import type { CleanUp } from '../test/support/temporaryDir.js';

// The host is killed at 25 random moments of jobs, and at the borders of their steps; the storage is stopped for 10 s;
// every storage call of a job fails once in every way: `npm run chaos:batch [-- <kills> <seed>]`.

/** A process mostly comes to work within this time after its start, and a job is through after a few. */
const mostMsToKill = 1200;

const partsOf = (names: readonly string[], ending: string): number =>
  names.filter((name) => name.startsWith('parts/') && name.endsWith(ending)).length;

/** Moments by what a job has in storage. */
const moments = {
  'while it is planned': (names) => names.includes('job.json') && !names.includes('plan.json'),
  'while it is unpacked': (names) =>
    partsOf(names, '') === 0 && names.some((name) => /unpacked.*\d$/.test(name)),
  'when it is planned': (names) => names.includes('plan.json'),
  'at its first part': (names) => partsOf(names, '') > 0,
  'at its first repaired part': (names) => partsOf(names, '-q') > 0,
  'when it has as many parts as chunks': (names) =>
    partsOf(names, '-o') + partsOf(names, '-q') >= crashChunks,
  'when it has a result': (names) => names.some((name) => name.startsWith('results/')),
  'at its end': (names) => names.includes('manifest.json'),
} as const satisfies Record<string, (names: readonly string[]) => boolean>;

async function main(): Promise<void> {
  const kills = Number(process.argv[2] ?? 25);
  const seed = Number(process.argv[3] ?? Date.now() % 100_000);
  const random = seededRandom(seed);
  console.log(`seed ${seed}`);
  await cleaned((t) => killsAtRandom(t, kills, random));
  await cleaned((t) => killAtBorders(t));
  await cleaned((t) => killWhileJoined(t, random));
  await cleaned((t) => runWithStorageStop(t, crashJobs.plain(), 10_000));
  console.log('storage stopped for 10 s in the middle of a job: Complete, exact');
  for (const name of ['quoted', 'gzip'] as const) await cleaned((t) => sweep(t, name));
}

async function killsAtRandom(t: CleanUp, wanted: number, random: () => number): Promise<void> {
  const bed = await startCrashBed(t);
  const kinds = Object.entries(crashJobs).map(([name, make]) => [name, make()] as const);
  for await (const job of killAtRandom(bed, bed.host, kinds, { wanted, mostMs: mostMsToKill, random })) {
    const { name, kills, seenRows, rows } = job;
    console.log(
      `${name} job: ${kills} kills at random, ${seenRows} of ${rows} rows seen before the end: exact`,
    );
  }
}

async function killAtBorders(t: CleanUp): Promise<void> {
  const bed = await startCrashBed(t);
  for (const [name, make] of Object.entries(crashJobs)) {
    const job = make();
    const expected = await runQuietly(bed.host.app, job);
    for (const [moment, fits] of Object.entries(moments)) {
      if (moment === 'while it is unpacked' && name !== 'gzip') continue;
      if (moment === 'at its first repaired part' && name !== 'quoted') continue;
      const { kills } = await runWithKills(bed, bed.host, job, expected, [when(fits)]);
      console.log(`${name} job killed ${moment}: ${kills === 1 ? 'exact' : 'it was over before'}`);
    }
  }
}

/** A result over 64 MiB, whose blocks are staged by lanes of their own. */
async function killWhileJoined(t: CleanUp, random: () => number): Promise<void> {
  const bed = await startCrashBed(t, { WARMSTART_CHUNK_BYTES: String(2 ** 20) });
  const job: CrashJob = await joinedJob(bed.store);
  const expected = await runQuietly(bed.host.app, job);
  const allParts = when((names) => partsOf(names, '-o') + partsOf(names, '-q') >= job.chunks);
  const soon: KillMoment = async (...args) => (await allParts(...args)) && atRandom(random, 1000)(...args);
  const { kills } = await runWithKills(bed, bed.host, job, expected, [soon, soon, soon]);
  console.log(`job with join waves: ${kills} kills while it was joined: exact`);
}

async function sweep(t: CleanUp, name: keyof typeof sweptJobs): Promise<void> {
  const swept = await StorageSweep.open(t, sweptJobs[name]);
  for (const fault of sweepFaults) {
    const ends = new Map<string, number>();
    for (let n = 1; n <= swept.calls; n++) {
      const { job, answered } = await swept.runWith(n, fault);
      const end = `${job.fault?.code ?? job.state}${answered ? '' : ' after a second submit'}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    const all = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
    console.log(
      `${name} job, ${fault.action}${fault.all ? ' at every try' : ''}, calls 1 to ${swept.calls}: ${all}`,
    );
  }
}

async function cleaned(run: (t: CleanUp) => Promise<void>): Promise<void> {
  const steps: (() => void | Promise<void>)[] = [];
  try {
    await run({ after: (step) => void steps.push(step) });
  } finally {
    for (const step of steps.reverse()) await step();
  }
}

void main();
