import { randomBytes } from 'node:crypto';

/** A new password of 144 random bits. */
export function makePassword(): string {
  return randomBytes(18).toString('base64url');
}
