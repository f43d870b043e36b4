import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/project.js';
import { startAzurite } from './azurite.js';
import { parseDifferences } from './differences.js';
import { judge, staleExceptions, type Verdict } from './judge.js';
import { Kit } from './kit.js';
import { parseKitOptions, PROFILES } from './kitOptions.js';
import { PlayRun } from './playRun.js';
import { insertTable } from './table.js';

// `npm run conformance`: plays the cases of a conformance kit against the local host and compares with the recordings.

const workDir = path.join(projectRoot, '.warmstart', 'conformance');
const documentFile = path.join(projectRoot, 'docs', 'local-host.md');

/** Of one case; the rest is counted. */
const SHOWN_DIFFERENCES = 12;

/** Gives the number of things that are not as expected. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseKitOptions(args);
  const kit = new Kit(options.kitDir);
  rmSync(workDir, { recursive: true, force: true });
  mkdirSync(workDir, { recursive: true });

  let faults = checkDocument(options.write);
  const stopAzurite = await startAzurite();
  const run = new PlayRun(kit, workDir, options.only);
  const known: string[] = [];
  const ids: string[] = [];
  try {
    faults += await run.checkStartRefusals();
    for (const profile of options.profiles) {
      const cases = await kit.cases(profile, options.only);
      known.push(...cases);
      const played = cases.length > 0 && (profile === 'stream' || (await run.play(profile)));
      if (played) ids.push(...cases);
      else faults += cases.length;
    }
  } finally {
    await stopAzurite();
  }

  const verdicts = judgeAll(ids, kit, run, parseDifferences(await kit.compare(run.outDir)));
  if (options.only === undefined && options.profiles === PROFILES) {
    for (const pattern of staleExceptions(known)) {
      console.log(`${pattern}: listed as an exception, but there is no such case`);
      faults++;
    }
  }
  return faults + report(verdicts, options.brief);
}

function judgeAll(
  ids: readonly string[],
  { recordedDir }: Kit,
  { outDir, log, startRefusals }: PlayRun,
  differences: ReturnType<typeof parseDifferences>,
): Verdict[] {
  return ids.map((id) => judge(id, { differences, recordedDir, outDir, log, startRefusals }));
}

/** Prints one line per group and everything that is wrong; gives the number of wrong cases. */
function report(verdicts: readonly Verdict[], brief: boolean): number {
  const groups = Map.groupBy(verdicts, ({ id }) => id.slice(0, id.indexOf('/')));
  for (const [group, list] of groups) {
    const right = Map.groupBy(
      list.filter(({ faults }) => faults.length === 0),
      ({ outcome }) => outcome,
    );
    const counts = [...right].map(([outcome, { length }]) => `${length} ${outcome}`);
    const wrong = list.filter(({ faults }) => faults.length > 0).length;
    console.log(`${group}: ${list.length} cases: ${[...counts, `${wrong} not as expected`].join(', ')}`);
  }
  const wrong = verdicts.filter(({ faults }) => faults.length > 0);
  for (const { id, faults, differences } of wrong) {
    console.log(`${id}: ${faults.join('; ')}`);
    if (brief) continue;
    for (const { at, recorded, ours } of differences.slice(0, SHOWN_DIFFERENCES))
      console.log(`   ${at}\n     - ${recorded}\n     + ${ours}`);
    const more = differences.length - SHOWN_DIFFERENCES;
    if (more > 0) console.log(`   and ${more} more`);
  }
  return wrong.length;
}

/** The table in the document says what expected.ts says; gives 1 if not. */
function checkDocument(write: boolean): number {
  const text = readFileSync(documentFile, 'utf8');
  const wanted = insertTable(text);
  if (text === wanted) return 0;
  if (write) {
    writeFileSync(documentFile, wanted);
    return 0;
  }
  console.log(`the table in ${documentFile} is not current: npm run conformance -- --write`);
  return 1;
}

// what was started ends with the process
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main(process.argv.slice(2)).then(
  (faults) => {
    console.log(faults === 0 ? 'all as expected' : `${faults} not as expected`);
    process.exitCode = faults === 0 ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
