import { runToEnd } from './exec.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';

/** A test that hangs is to fail with its name; none takes this long. */
const testTimeoutMs = 300_000;

/** `npm test [-- <files or options of node --test>]`: installs and builds what is not current, then runs the tests. */
export async function test(args) {
  await prepare(projectRoot);
  return runTests(projectRoot, args);
}

/** Runs the built tests under the Node that serves; the exit code is the one of the runner. */
export async function runTests(root, args) {
  const files = args.map(toBuiltFile);
  const filter = files.some((file) => file.startsWith('dist/test/')) ? [] : ['dist/test/**/*.test.js'];
  const { code } = await runToEnd(
    nodeBinary(root),
    ['--test', `--test-timeout=${testTimeoutMs}`, ...files, ...filter],
    { cwd: root },
  );
  return code;
}

/** Lets a test be named by its source: test/launcher/lock.test.ts. */
function toBuiltFile(argument) {
  const path = argument.replaceAll('\\', '/').replace(/^\.\//, '');
  return path.startsWith('test/') ? `dist/${path.replace(/\.ts$/, '.js')}` : argument;
}
