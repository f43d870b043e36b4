import type { BlobFacts } from './blobStore.js';

/** Metadata key of the id of the write that made the blob; it is not shown. */
export const WRITE_ID_KEY = 'writeid';

/** What the storage client tells of a blob, in its several forms. */
export interface RawFacts {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  readonly contentType?: string | undefined;
  readonly contentMD5?: Uint8Array | undefined;
  readonly metadata?: Record<string, string> | undefined;
}

/** Facts of a blob in one form: ETag in quotes, keys of the metadata in lower case. */
export function blobFacts(raw: RawFacts, sizeBytes: number): BlobFacts {
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw.metadata ?? {})) {
    const lower = key.toLowerCase();
    if (lower !== WRITE_ID_KEY) metadata[lower] = value;
  }
  return {
    etag: quotedEtag(raw.etag ?? ''),
    sizeBytes,
    metadata,
    modifiedMs: raw.lastModified?.getTime() ?? 0,
    ...(raw.contentType === undefined ? {} : { contentType: raw.contentType }),
    ...(raw.contentMD5 === undefined ? {} : { contentMd5: Buffer.from(raw.contentMD5).toString('base64') }),
  };
}

/** Storage gives ETags with quotes in headers and without them in lists. */
export function quotedEtag(etag: string): string {
  return `"${etag.replaceAll('"', '')}"`;
}
