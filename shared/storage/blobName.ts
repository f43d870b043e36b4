import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import type { BlobAddress } from './blobStore.js';

/** Most characters that storage gives the name of a blob. */
export const mostNameCharacters = 1024;

/** Whether a container or queue can have this name. */
export function isContainerName(name: string): boolean {
  return name.length >= 3 && name.length <= 63 && /^[a-z0-9](?:-?[a-z0-9])*$/.test(name);
}

/**
 * Whether a blob can be addressed. Segments `.` and `..` cannot: the storage client resolves them like a path, so that
 * `../other/x` would be a blob of another container.
 */
export function isBlobAddress({ container, name }: BlobAddress): boolean {
  return (
    isContainerName(container) &&
    name !== '' &&
    name.length <= mostNameCharacters &&
    name.isWellFormed() &&
    !hasDotSegment(name)
  );
}

/** Whether a name has a segment `.` or `..`. */
export function hasDotSegment(name: string): boolean {
  return name.split('/').some((segment) => segment === '.' || segment === '..');
}

/** A blob as messages show it. */
export function shownBlob({ container, name }: BlobAddress): string {
  return `'${shownName(`${container}/${name}`)}'`;
}

/** The error of a blob that is not there. */
export function noSuchBlob(blob: BlobAddress): ScoringError {
  return new ScoringError('SCORE_ERR_STORAGE_NOT_FOUND', `there is no blob ${shownBlob(blob)}`);
}
