import { BlockList, isIP } from 'node:net';
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

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Reads the arguments of `npm start`. Port 0 means any free port; the data folder is relative to the project.
 * `--inspect` opens the debugger on 9229, `--no-build` serves dist/ as it is.
 */
export function parseStartArguments(args, env = process.env) {
  refuseSwallowedFlags(env);
  const values = parse(args);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new UserProblem(`--port takes a number from 0 to 65535, not ${values.port}; ${usage}`, 2);
  }
  if (!isLoopback(values.host)) {
    throw new UserProblem(
      `--host ${values.host} is refused: access is off, so only this machine may call (127.0.0.1, ::1 or localhost)`,
      2,
    );
  }
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

function isLoopback(host) {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
