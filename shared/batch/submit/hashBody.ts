import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** Hashed in one go; about 6 ms. */
const sliceBytes = 8 * 2 ** 20;

/** Hex SHA-256 of a body that may be large; other work of the thread gets its turn in between. */
export async function hashBody(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    if (at > 0) await setImmediate();
    hash.update(bytes.subarray(at, at + sliceBytes));
  }
  return hash.digest('hex');
}
