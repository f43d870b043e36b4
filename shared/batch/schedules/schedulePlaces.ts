import { createHash } from 'node:crypto';
import { isModelName } from '../../models/modelFolder.js';
import { listAll, type BlobAddress, type BlobStore } from '../../storage/blobStore.js';
import type { ScheduleName } from './parseScheduleRequest.js';
import type { OwnedName } from './schedule.js';

const container = 'state';

const blobPattern = /^services\/([^/]+)\/schedules\/(?:([0-9a-f]{32})\/)?([^/]+)\.json$/;

/** A blob with a schedule in it. */
export interface SchedulePlace extends ScheduleName {
  readonly blob: BlobAddress;
  /** The folder of its owner; undefined for one that an earlier release has put beside those of all others. */
  readonly ownerFolder?: string;
}

/** The folder of an owner, whose name may have characters that a blob may not. */
export function ownerFolderOf(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 32);
}

/** Where a schedule is; undefined for what names none. */
export function placeOf({ service, id, owner }: OwnedName): BlobAddress | undefined {
  if (!isModelName(service) || !isModelName(id)) return undefined;
  return { container, name: `services/${service}/schedules/${ownerFolderOf(owner)}/${id}.json` };
}

/** Where an earlier release has put a schedule of this name, whoever owned it. */
export function sharedPlaceOf({ service, id }: ScheduleName): BlobAddress | undefined {
  if (!isModelName(service) || !isModelName(id)) return undefined;
  return { container, name: `services/${service}/schedules/${id}.json` };
}

/** The places of one service, or of all. Throws the errors of storage. */
export async function* schedulePlaces(store: BlobStore, service?: string): AsyncGenerator<SchedulePlace> {
  if (service !== undefined && !isModelName(service)) return;
  const prefix = service === undefined ? 'services/' : `services/${service}/schedules/`;
  for await (const { name } of listAll(store, container, prefix)) {
    const [, itsService, ownerFolder, id] = blobPattern.exec(name) ?? [];
    if (itsService === undefined || id === undefined) continue;
    const blob = { container, name };
    yield { service: itsService, id, blob, ...(ownerFolder === undefined ? {} : { ownerFolder }) };
  }
}
