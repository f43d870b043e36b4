import { runPackage } from './exec.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { ensureInstalled, prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';
import { say, UserProblem } from './messages.mjs';
import { runTests } from './test.mjs';

const tool = (packageName, binName, ...args) => ({
  name: packageName,
  run: async () => (await runPackage(projectRoot, nodeBinary(projectRoot), packageName, binName, args)).code,
});

const steps = [
  tool('prettier', 'prettier', '--check', '--log-level', 'warn', '.'),
  tool('eslint', 'eslint', '.'),
  { name: 'build', run: async () => (await prepare(projectRoot), 0) },
  tool(
    'dependency-cruiser',
    'depcruise',
    '--config',
    '.dependency-cruiser.cjs',
    'functions',
    'shared',
    'local',
  ),
  tool('knip', 'knip'),
];

/**
 * `npm run check`: everything that must hold before a change is done, the cheap steps first. Stops at the first
 * that fails. The tests come last, so that the runner's summary is the last thing to read.
 */
export async function check() {
  await ensureInstalled(projectRoot);
  for (const { name, run } of steps) {
    const startedAt = performance.now();
    const code = await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (code !== 0) throw new UserProblem(`check stopped at ${name}, which failed after ${seconds} s`);
    say(`${name}: ok, ${seconds} s`);
  }
  say('tests:');
  const code = await runTests(projectRoot, []);
  if (code !== 0) throw new UserProblem('check stopped at the tests, which failed', code);
  return 0;
}
