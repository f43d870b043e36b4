import { parseArgs } from 'node:util';
import { UserProblem } from './messages.mjs';

const usage =
  'usage: npm start -- [--port <0-65535>] [--host <loopback address>] [--data <folder>] [--inspect] [--no-build]';

const flags = {
  port: { type: 'string', default: '7071' },
  host: { type: 'string', default: '127.0.0.1' },
  data: { type: 'string', default: '.warmstart' },
  inspect: { type: 'boolean', default: false },
  'no-build': { type: 'boolean', default: false },
};

/**
 * Reads the arguments of `npm start`. Port 0 means any free port; the data folder is relative to the project.
 * Which hosts may be served is the serving process' to say, because only it knows the address behind a name.
 * `--inspect` opens the debugger on 9229, `--no-build` serves dist/ as it is.
 */
export function parseStartArguments(args, env = process.env) {
  refuseSwallowedFlags(env);
  const values = parse(args);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new UserProblem(`--port takes a number from 0 to 65535, not ${values.port}; ${usage}`, 2);
  }
  if (values.host === '') throw new UserProblem(`--host takes an address, not an empty text; ${usage}`, 2);
  if (values.data === '') throw new UserProblem(`--data takes a folder, not an empty text; ${usage}`, 2);
  return { port, host: values.host, data: values.data, inspect: values.inspect, build: !values['no-build'] };
}

function parse(args) {
  try {
    return parseArgs({ args, options: flags, strict: true }).values;
  } catch (error) {
    // the first sentence names the argument, the others advise on other things than this command line
    throw new UserProblem(`${error.message.split(/[.\n]/, 1)[0]}; ${usage}`, 2);
  }
}

/** `npm start --port=1` without the extra `--` gives the flag to npm, which drops it without a word. */
function refuseSwallowedFlags(env) {
  const swallowed = ['port', 'host', 'data'].find((name) => env[`npm_config_${name}`] !== undefined);
  if (swallowed !== undefined) {
    throw new UserProblem(`npm took --${swallowed} for itself: write npm start -- --${swallowed} <value>`, 2);
  }
}
