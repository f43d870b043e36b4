import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { addToHash } from './hashFile.js';
import type { PublishedFile } from './manifest.js';

/**
 * Writes bytes as they come into a new file of a folder, hashed on the way. Nothing is held but the piece at hand.
 * Rejects with what `pieces` throws; the file is half written then.
 */
export async function receiveFile(
  dir: string,
  name: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<PublishedFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  // fails where it exists: no name comes twice
  const file = await open(path.join(dir, name), 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      const [{ bytesWritten }] = await Promise.all([file.write(piece), addToHash(hash, piece)]);
      if (bytesWritten < piece.length) await file.writeFile(piece.subarray(bytesWritten));
      sizeBytes += piece.length;
    }
  } finally {
    await file.close();
  }
  return { name, sha256: hash.digest('hex'), sizeBytes };
}
