import { ScoringError } from '../../errors/scoringError.js';
import { accountNameRule, isAccountName } from '../accountName.js';
import { isPasswordHash } from '../login/passwordHash.js';
import { roles } from '../principal.js';
import type { User } from './user.js';

/**
 * Reads the setting WARMSTART_USERS: entries `name:Role:hash` with commas or line breaks between them. Throws
 * SCORE_ERR_SETTING that tells the number of the entry, and nothing of a hash.
 */
export function parseUserSetting(text: string): readonly User[] {
  const entries = text
    .split(/[,\r\n]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const users = entries.map((entry, i) => parseEntry(entry, i + 1));
  const names = users.map(({ name }) => name);
  const repeated = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (repeated !== -1) throw refused(repeated + 1, 'this user comes twice');
  return users;
}

/** An entry of the setting. */
export function userEntry({ name, role, passwordHash }: User): string {
  return `${name}:${role}:${passwordHash}`;
}

function parseEntry(entry: string, number: number): User {
  const [name = '', roleText = '', passwordHash = '', ...rest] = entry.split(':');
  if (!isAccountName(name)) throw refused(number, `the name ${accountNameRule}`);
  const role = roles.find((one) => one === roleText);
  if (role === undefined)
    throw refused(number, `expected name:Role:hash with one of the roles ${roles.join(', ')}`);
  if (rest.length > 0 || !isPasswordHash(passwordHash)) {
    throw refused(number, 'the hash is not one that npm run password makes');
  }
  return { name, role, passwordHash };
}

const refused = (number: number, reason: string) =>
  new ScoringError('SCORE_ERR_SETTING', `setting WARMSTART_USERS: entry ${number}: ${reason}`);
