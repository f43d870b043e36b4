import type { ContainerClient } from '@azure/storage-blob';
import type { Tries } from './tries.js';

/** Sees to it that a container is there, for those who write into it by a link: they cannot make it. Throws as `Tries.run`. */
export async function makeContainer(tries: Tries, container: ContainerClient): Promise<void> {
  await tries.run({ name: `make container '${container.containerName}'` }, (one) =>
    container.createIfNotExists({ abortSignal: one.signal }),
  );
}
