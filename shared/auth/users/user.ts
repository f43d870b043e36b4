import type { Role } from '../principal.js';

/** Somebody who can log in. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** As `hashPassword` makes it. */
  readonly passwordHash: string;
}
