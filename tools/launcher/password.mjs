import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { UserProblem } from './messages.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';

const usage = 'usage: npm run password -- <name> <Owner|Contributor|Reader>';
const shortest = 8;

/**
 * `npm run password`: asks for a password, or reads the first line of standard input where that is no terminal, and prints
 * the entry of the setting WARMSTART_USERS: `name:Role:hash`.
 */
export async function password(args, root = projectRoot) {
  if (args.length !== 2) throw new UserProblem(usage, 2);
  await prepare(root);
  console.log(await entryOf(args, join(root, 'dist'), readPassword));
  return 0;
}

/** The entry, made by what is built in `builtDir`. The password is read when name and role are known to be good. */
export async function entryOf([name, role], builtDir, read) {
  const built = (file) => import(pathToFileURL(join(builtDir, 'shared', 'auth', file)).href);
  const { hashPassword } = await built('login/passwordHash.js');
  const { roles } = await built('principal.js');
  const { accountNameRule, isAccountName } = await built('accountName.js');
  const { userEntry } = await built('users/userSetting.js');
  if (!isAccountName(name)) throw new UserProblem(`the name ${accountNameRule}; ${usage}`, 2);
  if (!roles.includes(role)) throw new UserProblem(`there is no role ${role}; ${usage}`, 2);
  const text = await read();
  if (text.length < shortest) throw new UserProblem(`the password has less than ${shortest} characters`, 2);
  return userEntry({ name, role, passwordHash: await hashPassword(text) });
}

/** One line, which a terminal does not show. */
export function readPassword(stdin = process.stdin) {
  const { stderr } = process;
  // the entry alone goes to standard output
  if (stdin.isTTY) stderr.write('password: ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY === true });
  return new Promise((resolve) => {
    let line = '';
    lines.once('line', (text) => {
      line = text;
      lines.close();
    });
    lines.once('close', () => {
      if (stdin.isTTY) stderr.write('\n');
      resolve(line);
    });
  });
}
