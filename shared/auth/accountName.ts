import { fieldError } from '../protocols/jsonObject.js';
import { contributorRole } from './access.js';
import { localPrincipal, nobody } from './principal.js';

/** Safe as a path segment, a blob name and an entry of a list; no colon, which begins the names of callers with keys. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;

/** Names that stand for more than one caller: who had them would own what belongs to these. */
const reserved: readonly string[] = [localPrincipal.name, nobody.name, contributorRole.toLowerCase()];

/** Whether a text may name a user, or a client that has keys. Letter case counts. */
export function isAccountName(text: string): boolean {
  return namePattern.test(text) && !reserved.includes(text.toLowerCase());
}

/** What `isAccountName` asks for, in words. */
export const accountNameRule =
  'must be 1 to 100 letters, digits and . _ @ -, begin with a letter or digit, and not be ' +
  `'${reserved.join("', '")}'`;

/** The name of a user or client in the path. Throws SCORE_ERR_REQUEST_FIELD. */
export function accountNameOf(name = ''): string {
  if (!isAccountName(name)) throw fieldError('', `the name in the path ${accountNameRule}`);
  return name;
}
