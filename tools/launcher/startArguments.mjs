import { parseArgs } from 'node:util';
import { UserProblem } from './messages.mjs';

const usage =
  'usage: npm start -- [--port <0-65535>] [--host <loopback address>] [--data <folder>] ' +
  '[--storage <connection string>] [--require-login] [--watch] [--inspect] [--no-build]';

const flags = {
  port: { type: 'string', default: '7071' },
  host: { type: 'string', default: '127.0.0.1' },
  data: { type: 'string', default: '.warmstart' },
  storage: { type: 'string' },
  'require-login': { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  inspect: { type: 'boolean', default: false },
  'no-build': { type: 'boolean', default: false },
};

/** How npm hands on what it takes for itself: as a text, and `--no-x` as an empty `x`. */
const swallowed = Object.keys(flags).map((name) => ({
  name,
  isTakenIn: (env) =>
    env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined ||
    (name.startsWith('no-') && env[`npm_config_${name.slice(3).replaceAll('-', '_')}`] === ''),
}));

/**
 * Reads the arguments of `npm start`. Port 0 means any free port; the data folder is relative to the project.
 * Which hosts may be served is the serving process' to say, because only it knows the address behind a name.
 * `--storage` names an account to use instead of Azurite, `--require-login` has callers log in, `--watch` builds and starts again at a change,
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
  if (values.storage !== undefined && !isConnectionString(values.storage)) {
    throw new UserProblem(
      '--storage takes a connection string: AccountName=... with AccountKey=... or SharedAccessSignature=..., ' +
        `BlobEndpoint=..., or UseDevelopmentStorage=true; ${usage}`,
      2,
    );
  }
  const { host, data, storage, watch, inspect, 'require-login': requireLogin } = values;
  const build = !values['no-build'];
  if (watch && !build)
    throw new UserProblem(`--watch builds, --no-build does not: leave one out; ${usage}`, 2);
  return { port, host, data, storage, requireLogin, watch, inspect, build };
}

/** Only its form: what it opens is seen when it is used. A key may end in =. */
function isConnectionString(text) {
  const parts = text.split(';').filter((part) => part.trim() !== '');
  const pairs = parts.map((part) => /^\s*([a-z]+)=(.*\S)\s*$/i.exec(part));
  if (pairs.includes(null)) return false;
  const values = new Map(pairs.map(([, name, value]) => [name.toLowerCase(), value]));
  if (values.get('usedevelopmentstorage')?.toLowerCase() === 'true') return true;
  const hasSecret = values.has('accountkey') || values.has('sharedaccesssignature');
  return hasSecret && (values.has('accountname') || values.has('blobendpoint'));
}

function parse(args) {
  try {
    return parseArgs({ args, options: flags, strict: true }).values;
  } catch (error) {
    // the first sentence names the argument, the others advise on other things than this command line
    const [sentence] = error.message.split(/[.\n]/, 1);
    // a connection string that stands alone is not shown: it holds a key
    throw new UserProblem(
      `${/(key|sig\w*)=/i.test(sentence) ? 'Unexpected argument' : sentence}; ${usage}`,
      2,
    );
  }
}

/** `npm start --port=1` without the extra `--` gives the flag to npm, which drops it without a word. */
function refuseSwallowedFlags(env) {
  const taken = swallowed.find(({ isTakenIn }) => isTakenIn(env));
  if (taken === undefined) return;
  const { name } = taken;
  const value = flags[name].type === 'string' ? ' <value>' : '';
  throw new UserProblem(`npm took --${name} for itself: write npm start -- --${name}${value}`, 2);
}
