import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import type { TypedData } from '../core/coreTypes.js';

// The numbers that the recorded extension gives for names (functions-host.md 1.7); 0 is for any other.
const BLOB_TYPES = ['', 'PageBlob', 'BlockBlob', 'AppendBlob'];
const LEASE_STATUSES = ['', 'locked', 'unlocked'];
const LEASE_STATES = ['', 'available', 'leased', 'expired', 'breaking', 'broken'];
const LEASE_DURATIONS = ['', 'fixed', 'infinite'];
const TIERS = ['', 'Hot', 'Cool', 'Archive'];

/** What the function finds in `context.triggerMetadata` [rec blob/metadata]; `values` by the names of tokens. */
export function triggerMetadata(
  path: string,
  uri: string,
  properties: BlobGetPropertiesResponse,
  values: Readonly<Record<string, string>>,
): Record<string, TypedData> {
  const tokens = Object.entries(values).map(([name, value]) => [name, { string: value }] as const);
  return {
    BlobTrigger: { string: path },
    Uri: { json: JSON.stringify(uri) },
    Properties: { json: JSON.stringify(describe(properties)) },
    Metadata: { json: JSON.stringify(properties.metadata ?? {}) },
    ...Object.fromEntries(tokens),
  };
}

/** What stands for a blob that the function reads itself (functions-host.md 1.9). */
export function modelBindingData(connection: string, container: string, blob: string): TypedData {
  const content = { Connection: connection, ContainerName: container, BlobName: blob };
  return {
    modelBindingData: {
      version: '1.0',
      source: 'AzureStorageBlobs',
      contentType: 'application/json',
      content: Buffer.from(JSON.stringify(content)),
    },
  };
}

function describe(found: BlobGetPropertiesResponse): object {
  const number = (names: readonly string[], name = ''): number => Math.max(0, names.indexOf(name));
  return {
    CacheControl: found.cacheControl ?? null,
    ContentDisposition: found.contentDisposition ?? null,
    ContentEncoding: found.contentEncoding ?? null,
    ContentLanguage: found.contentLanguage ?? null,
    Length: found.contentLength ?? 0,
    ContentMD5: found.contentMD5 === undefined ? null : Buffer.from(found.contentMD5).toString('base64'),
    ContentType: found.contentType ?? null,
    ETag: found.etag ?? null,
    Created: stamp(found.createdOn),
    LastModified: stamp(found.lastModified),
    BlobType: number(BLOB_TYPES, found.blobType),
    LeaseStatus: number(LEASE_STATUSES, found.leaseStatus),
    LeaseState: number(LEASE_STATES, found.leaseState),
    LeaseDuration: number(LEASE_DURATIONS, found.leaseDuration),
    PageBlobSequenceNumber: found.blobSequenceNumber ?? null,
    AppendBlobCommittedBlockCount: found.blobCommittedBlockCount ?? null,
    IsServerEncrypted: found.isServerEncrypted ?? false,
    EncryptionScope: found.encryptionScope ?? null,
    IsIncrementalCopy: found.isIncrementalCopy ?? false,
    StandardBlobTier: number(TIERS, found.accessTier),
    RehydrationStatus: null,
    PremiumPageBlobTier: null,
    BlobTierInferred: found.accessTierInferred ?? null,
    BlobTierLastModifiedTime: stamp(found.accessTierChangedOn),
    DeletedTime: null,
    RemainingDaysBeforePermanentDelete: null,
  };
}

function stamp(date: Date | undefined): string | null {
  return date === undefined ? null : `${date.toISOString().slice(0, 19)}+00:00`;
}
