import type { ContainerClient } from '@azure/storage-blob';
import { hasCode } from './storageFault.js';
import type { Try } from './tries.js';

/** Runs a write; when the container turns out to be missing, makes it and runs the write once more. */
export async function withContainer<T>(
  container: ContainerClient,
  one: Try,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!hasCode(error, 'ContainerNotFound')) throw error;
    await container.createIfNotExists({ abortSignal: one.signal });
    return write();
  }
}
