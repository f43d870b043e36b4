import type { BlobAddress } from '../../storage/blobStore.js';

/** The container of published models. */
export const modelsContainer = 'models';

const manifestName = 'manifest.json';

/** Where the manifest of a version is. */
export function manifestBlob(name: string, version: string): BlobAddress {
  return { container: modelsContainer, name: `${name}/${version}/${manifestName}` };
}

/** Folder of the files of one publish of a version. */
export function publishFolder(name: string, version: string, publishId: string): string {
  return `${name}/${version}/${publishId}/`;
}

/** Where a file of one publish is. */
export function publishedFileBlob(
  name: string,
  version: string,
  publishId: string,
  fileName: string,
): BlobAddress {
  return { container: modelsContainer, name: publishFolder(name, version, publishId) + fileName };
}

/** What a blob of the container is; undefined for what this product did not put there. */
export interface PublishedBlob {
  readonly name: string;
  readonly version: string;
  /** Undefined for the manifest. */
  readonly publishId?: string;
}

/** Reads the name of a blob in the container. */
export function parsePublishedBlob(blobName: string): PublishedBlob | undefined {
  const [name = '', version = '', third = '', ...rest] = blobName.split('/');
  if (rest.length === 0) return third === manifestName ? { name, version } : undefined;
  return rest.length === 1 ? { name, version, publishId: third } : undefined;
}
