import { mayUseService } from '../../auth/access.js';
import type { Principal } from '../../auth/principal.js';
import type { Clock } from '../../clock.js';
import { withDeadline } from '../../deadline.js';
import type { Catalog, CatalogEntry } from '../../models/catalog.js';
import { serviceRecordView } from './serviceRecordView.js';

/** Versions that are being checked longer are left out of a list. */
const checkedWithinMs = 5000;

/**
 * The versions of all models, or of one, as the metadata routes list them. Waits a little for those that are being checked,
 * so that the first question after a start finds what is there.
 */
export async function listedEntries(catalog: Catalog, clock: Clock, model?: string): Promise<CatalogEntry[]> {
  const wanted = () => catalog.list().filter(({ name }) => model === undefined || name === model);
  await catalog.current();
  if (wanted().some(({ state }) => state === 'LOADING')) {
    const late = () => new Error('still being checked');
    await withDeadline(catalog.settled(), checkedWithinMs, clock, late).catch(() => undefined);
  }
  return wanted();
}

/** The records of the versions that can be scored and that the caller may use, in the order of the catalog. */
export function serviceRecords(entries: readonly CatalogEntry[], caller: Principal) {
  return entries.flatMap(({ name, state, plan }) => {
    const isListed = state === 'READY' && mayUseService(caller, name);
    return isListed && plan ? [serviceRecordView(plan, caller)] : [];
  });
}
