import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { PublishedFile } from './manifest.js';

/** Hashed in one turn of the event loop: 2 ms where the processor has no instructions for it. */
const sliceBytes = 2 ** 20;

/** Adds bytes to a hash, with turns of the event loop in between. */
export async function addToHash(hash: Hash, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    if (from > 0) await new Promise(setImmediate);
    hash.update(bytes.subarray(from, from + sliceBytes));
  }
}

/** SHA-256 of a file, in hexadecimal digits; a slice at a time. */
async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  const slices: AsyncIterable<Uint8Array> = createReadStream(file, { highWaterMark: 2 ** 18 });
  for await (const slice of slices) hash.update(slice);
  return hash.digest('hex');
}

/** Whether a folder holds these files and they are what they should be. */
export async function hasFiles(dir: string, files: readonly PublishedFile[]): Promise<boolean> {
  for (const { name, sizeBytes, sha256 } of files) {
    const file = path.join(dir, name);
    const stat = await lstat(file).catch(() => undefined);
    if (!stat?.isFile() || stat.size !== sizeBytes) return false;
    if ((await hashFile(file)) !== sha256) return false;
  }
  return true;
}
