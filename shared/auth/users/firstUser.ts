import type { Clock } from '../../clock.js';
import { hashPassword } from '../login/passwordHash.js';
import { makePassword } from './makePassword.js';
import type { UserStore } from './userStore.js';

/** A user whose password is told once. */
export interface NewUser {
  readonly name: string;
  readonly password: string;
}

/** Makes an Owner where nobody was ever made; undefined where there are users, or no storage. */
export async function makeFirstUser(users: UserStore, clock: Clock): Promise<NewUser | undefined> {
  if (!(await users.isNew())) return undefined;
  const made = { name: 'admin', password: makePassword() };
  const passwordHash = await hashPassword(made.password);
  const user = { name: made.name, role: 'Owner', passwordHash, createdMs: clock.wallMs() } as const;
  return (await users.putFirst(user)) ? made : undefined;
}
