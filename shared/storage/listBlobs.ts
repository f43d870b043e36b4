import type { ContainerClient, ContainerListBlobFlatSegmentResponse } from '@azure/storage-blob';
import { blobFacts } from './blobFacts.js';
import type { BlobPage } from './blobStore.js';
import { hasStatus } from './storageFault.js';
import type { Tries } from './tries.js';

const MAX_PAGE_SIZE = 5_000;

/** One page of a container, in order of name; no blobs where there is no container. Throws as `Tries.run`. */
export function listBlobs(
  tries: Tries,
  container: ContainerClient,
  prefix: string,
  options: { readonly next?: string; readonly pageSize?: number; readonly signal?: AbortSignal },
): Promise<BlobPage> {
  const { next, pageSize = MAX_PAGE_SIZE, signal } = options;
  const settings = {
    maxPageSize: Math.min(pageSize, MAX_PAGE_SIZE),
    ...(next === undefined ? {} : { continuationToken: next }),
  };
  return tries.run({ name: `list container '${container.containerName}'`, signal }, async (one) => {
    try {
      const pages = container.listBlobsFlat({ prefix, includeMetadata: true, abortSignal: one.signal });
      const page = await pages.byPage(settings).next();
      // the first page is always there
      const { segment, continuationToken } = page.value as ContainerListBlobFlatSegmentResponse;
      const blobs = segment.blobItems.map(({ name, properties, metadata }) => ({
        name,
        ...blobFacts({ ...properties, metadata }, properties.contentLength ?? 0),
      }));
      return continuationToken ? { blobs, next: continuationToken } : { blobs };
    } catch (error) {
      if (hasStatus(error, 404)) return { blobs: [] };
      throw error;
    }
  });
}
