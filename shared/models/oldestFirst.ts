import type { CatalogEntry } from './catalogEntry.js';
import { compareVersions } from './compareVersions.js';

const numbered = /^v?\d+(?:\.\d+)*(?:-.*)?$/;

/**
 * The versions of one model from the oldest to the newest: by their numbers where all have numbers; otherwise, such as
 * with versions that the server made up, by the time at which they were made.
 */
export function oldestFirst(versions: readonly CatalogEntry[]): CatalogEntry[] {
  const byNumber = (a: CatalogEntry, b: CatalogEntry) => compareVersions(a.version, b.version);
  if (versions.every(({ version }) => numbered.test(version))) return versions.toSorted(byNumber);
  const madeMs = ({ plan }: CatalogEntry) => plan?.createdMs ?? 0;
  return versions.toSorted((a, b) => madeMs(a) - madeMs(b) || byNumber(a, b));
}
