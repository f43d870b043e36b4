import type { BlobAddress, BlobStore } from '../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob } from '../storage/jsonBlob.js';

/**
 * What is said of a model after it was deployed or published, changed over HTTP; the model itself never changes
 * (design, section 4). Kept as `state/services/<name>/service.json`.
 */
export interface ServiceRecord {
  /** Taken where a caller names no version; the newest one unless set. */
  readonly defaultVersion?: string;
  /** Version by alias. */
  readonly aliases: Readonly<Record<string, string>>;
  /** By version, in the place of what its model.json says. */
  readonly versions: Readonly<Record<string, DescribedVersion>>;
  /** Decides between several who publish under a new name at once. */
  readonly claim?: NameClaim;
}

/** Who has begun to publish under a name that was new. */
interface NameClaim {
  readonly owner: string;
  readonly atMs: number;
}

export interface DescribedVersion {
  readonly description?: string;
  readonly operationId?: string;
}

export const emptyServiceRecord: ServiceRecord = { aliases: {}, versions: {} };

/** The record of a model; an empty one where nothing was said. */
export async function readServiceRecord(store: BlobStore, name: string): Promise<ServiceRecord> {
  return (await readJsonBlob<ServiceRecord>(store, serviceRecordBlob(name)))?.value ?? emptyServiceRecord;
}

/** Changes the record of a model; `change` gives undefined when nothing is to be changed. Throws SCORE_ERR_STATE_BUSY. */
export async function changeServiceRecord(
  store: BlobStore,
  name: string,
  change: (before: ServiceRecord) => ServiceRecord | undefined,
): Promise<ServiceRecord> {
  const { value } = await changeJsonBlob<ServiceRecord>(
    store,
    serviceRecordBlob(name),
    `service '${name}'`,
    (before) => change(before ?? emptyServiceRecord),
  );
  return value ?? emptyServiceRecord;
}

/** Where the record of a model is. */
export function serviceRecordBlob(name: string): BlobAddress {
  return { container: 'state', name: `services/${name}/service.json` };
}
