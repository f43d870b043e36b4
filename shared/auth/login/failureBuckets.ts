import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob } from '../../storage/jsonBlob.js';

/** Failed logins of one name since the last that succeeded. */
export interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

/** Failures by SHA-256 of the name. */
export type FailureBucket = Readonly<Record<string, Failures>>;

/** Where failures are kept; the bucket is found by the SHA-256 of a name. */
export interface FailureBuckets {
  read(sha256: string): Promise<FailureBucket | undefined>;
  /** `change` gives undefined when nothing is to be changed, and may throw. */
  change(sha256: string, change: (before: FailureBucket) => FailureBucket | undefined): Promise<void>;
}

interface BucketFile {
  readonly failures?: FailureBucket;
}

const buckets = 1024;

/** Blobs below `state` with failed logins. */
export const failuresPrefix = 'logins/';

/** Buckets in storage, which all instances see, or in memory where there is none. */
export function failureBuckets(open: (() => BlobStore) | undefined): FailureBuckets {
  return open ? storedBuckets(open) : bucketsInMemory();
}

function storedBuckets(open: () => BlobStore): FailureBuckets {
  const blobOf = (sha256: string): BlobAddress => ({
    container: 'state',
    name: `${failuresPrefix}${bucketOf(sha256)}.json`,
  });
  return {
    async read(sha256) {
      return (await readJsonBlob<BucketFile>(open(), blobOf(sha256)))?.value.failures;
    },
    async change(sha256, change) {
      await changeJsonBlob<BucketFile>(open(), blobOf(sha256), 'the login', (file) => {
        const failures = change(file?.failures ?? {});
        return failures && { failures };
      });
    },
  };
}

function bucketsInMemory(): FailureBuckets {
  const kept = new Map<number, FailureBucket>();
  return {
    read: async (sha256) => Promise.resolve(kept.get(bucketOf(sha256))),
    async change(sha256, change) {
      const bucket = bucketOf(sha256);
      const next = change(kept.get(bucket) ?? {});
      if (next) kept.set(bucket, next);
      return Promise.resolve();
    },
  };
}

const bucketOf = (sha256: string) => Number.parseInt(sha256.slice(0, 8), 16) % buckets;
