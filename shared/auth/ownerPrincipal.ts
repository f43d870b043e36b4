import type { AccessMode } from './access.js';
import type { KeyStore } from './keys/keyStore.js';
import { localPrincipal, type Principal } from './principal.js';
import type { UserStore } from './users/userStore.js';

/** Begins the names of callers with keys; no user has a name with a colon. */
const keyCaller = 'key:';

/**
 * What the owner of something may do now, by the name that is kept with it: a user or `key:<client>`; undefined when there
 * is no such one any more. Where access is off everybody may do everything. Throws the errors of storage.
 */
export async function ownerPrincipal(
  { mode, users, keys }: OwnerSources,
  name: string,
): Promise<Principal | undefined> {
  if (mode === 'off') return { name, role: localPrincipal.role };
  if (name.startsWith(keyCaller)) {
    const client = (await keys.list()).find((one) => one.client === name.slice(keyCaller.length));
    if (!client) return undefined;
    const { role, services } = client;
    return { name, role, ...(services === undefined ? {} : { services }) };
  }
  const user = await users.find(name);
  return user && { name, role: user.role };
}

interface OwnerSources {
  readonly mode: AccessMode;
  readonly users: Pick<UserStore, 'find'>;
  readonly keys: Pick<KeyStore, 'list'>;
}
