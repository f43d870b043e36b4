import { complain, UserProblem } from './messages.mjs';

// Each command is loaded when it is asked for: `npm start` does not pay for the others.
const commands = {
  start: async () => (await import('./start.mjs')).start,
  'start:func': async () => (await import('./startFunc.mjs')).startFunc,
  build: async () => (await import('./build.mjs')).build,
  'build:client': async () => (await import('./buildClient.mjs')).buildClient,
  test: async () => (await import('./test.mjs')).test,
  check: async () => (await import('./check.mjs')).check,
  conformance: async () => (await import('./conformance.mjs')).conformance,
  password: async () => (await import('./password.mjs')).password,
  bench: async () => (await import('./bench.mjs')).bench,
};

/** Runs one command of the launcher and gives its exit code. `root` is the project to start, this one unless given. */
export async function main([name, ...args], root = undefined) {
  try {
    if (name === undefined || !Object.hasOwn(commands, name)) {
      const known = Object.keys(commands).join(', ');
      throw new UserProblem(`unknown command ${name ?? '(none)'}; the commands are ${known}`, 2);
    }
    const run = await commands[name]();
    // npm takes one leading -- away itself, a direct call of run.mjs does not
    return await run(args[0] === '--' ? args.slice(1) : args, root);
  } catch (error) {
    if (!(error instanceof UserProblem)) throw error;
    complain(error.message);
    return error.exitCode;
  }
}
