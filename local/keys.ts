import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HostFault } from './hostFault.js';
import type { ParsedRequest } from './http/parseRequest.js';
import { parseQuery } from './http/query.js';

/** The keys of the host (functions-host.md 2.3); functions have none of their own. */
export interface HostKeys {
  readonly master: string;
  readonly host: string;
  readonly system: { readonly durabletask_extension: string; readonly blobs_extension: string };
}

/** What a request may do: the name of the key it carries, or that it carries a wrong one or none. */
export type Access = 'master' | 'host' | keyof HostKeys['system'] | 'wrong' | 'none';

const key = z.string().min(20);
const keysFile = z.object({
  master: key,
  host: key,
  system: z.object({ durabletask_extension: key, blobs_extension: key }),
});

/** The keys in `<dataDir>/keys.json`, made at the first start; without a folder they last as long as the process. */
export function openKeys(dataDir: string | undefined): HostKeys {
  if (dataDir === undefined) return newKeys();
  const file = join(dataDir, 'keys.json');
  try {
    const parsed = keysFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return writeKeys(dataDir, file);
    // the words of the parser may quote a key
    if (!(error instanceof SyntaxError)) throw new HostFault(`${file} cannot be read: ${String(error)}`);
  }
  throw new HostFault(`${file} is damaged: delete it, and new keys are made at the next start`);
}

function newKeys(): HostKeys {
  const make = (): string => randomBytes(32).toString('base64url');
  const system = { durabletask_extension: make(), blobs_extension: make() };
  return { master: make(), host: make(), system };
}

/** Writes beside the file first, so that a crash leaves no half of it. */
function writeKeys(dataDir: string, file: string): HostKeys {
  const keys = newKeys();
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(keys, undefined, 2), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new HostFault(`${file} cannot be written: ${String(error)}`);
  }
  return keys;
}

/** Gives what a request may do; a key in the header `x-functions-key` goes before the query value `code`. */
export function accessReader({ master, host, system }: HostKeys): (request: ParsedRequest) => Access {
  const named = Object.entries({ ...system, host, master }).map(
    ([name, value]) => [name as Access, digest(value)] as const,
  );
  return ({ head, target }) => {
    const query = target.query.length < 2 ? {} : parseQuery(target.query);
    const code = Object.keys(query).find((name) => name.toLowerCase() === 'code');
    const given = head.headers['x-functions-key'] ?? (code === undefined ? '' : query[code]);
    if (given === undefined || given === '') return 'none';
    const found = digest(given);
    let access: Access = 'wrong';
    // No early end: the time must not tell which key it is.
    for (const [name, value] of named) if (timingSafeEqual(value, found)) access = name;
    return access;
  };
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
