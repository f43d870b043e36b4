import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  /** Iterations, a power of 2. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about 150 ms; as strong as OWASP asks of scrypt. */
const cost: Cost = { N: 2 ** 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;
/** Beyond these a hash is not read: it would take the memory of the instance. */
const mostCost: Cost = { N: 2 ** 17, r: 8, p: 8 };
const leastN = 2 ** 14;

const hashPattern = /^scrypt\$(\d{1,6})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22,86})\$([\w-]{43,86})$/;

/**
 * A hash that nobody has the password of. Comparing with it takes as long as comparing with one that was made here, so
 * that the time of a login does not tell whether there is the user.
 */
export const decoyHash = textOf(cost, Buffer.alloc(saltBytes), Buffer.alloc(hashBytes));

/** Hashes a password as `scrypt$N$r$p$salt$hash`, base64url, on the thread pool. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  return textOf(cost, salt, await derive(password, salt, hashBytes, cost));
}

/** Whether a password is that of a hash; false for what is no hash. The comparison takes the same time always. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parse(hash);
  if (!parsed) return false;
  const { salt, expected } = parsed;
  return timingSafeEqual(await derive(password, salt, expected.length, parsed.cost), expected);
}

/** Whether a text is a hash that `verifyPassword` takes. */
export function isPasswordHash(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(text: string): { cost: Cost; salt: Buffer; expected: Buffer } | undefined {
  const [, N, r, p, salt = '', expected = ''] = hashPattern.exec(text) ?? [];
  const given = { N: Number(N), r: Number(r), p: Number(p) };
  const isPower = Number.isInteger(Math.log2(given.N));
  if (!isPower || given.N < leastN || given.N > mostCost.N) return undefined;
  if (given.r < 1 || given.r > mostCost.r || given.p < 1 || given.p > mostCost.p) return undefined;
  return { cost: given, salt: Buffer.from(salt, 'base64url'), expected: Buffer.from(expected, 'base64url') };
}

function textOf({ N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function derive(password: string, salt: Buffer, length: number, { N, r, p }: Cost): Promise<Buffer> {
  // keyboards differ in how they compose a letter with its accent
  const text = password.normalize('NFC');
  const maxmem = 128 * N * r + 128 * r * p + 2 ** 20;
  return new Promise((resolve, reject) => {
    scrypt(text, salt, length, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
