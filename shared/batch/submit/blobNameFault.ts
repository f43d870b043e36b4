import { hasDotSegment, mostNameCharacters } from '../../storage/blobName.js';

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\0-\x1f\x7f-\x9f\ufffe\uffff]/;

/**
 * Why a text may not name a blob, or begin the names of blobs; undefined when it may. Segments `.` and `..` are refused
 * because URLs resolve them: the request would go to another blob, or to another container.
 */
export function blobNameFault(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (name.length > mostNameCharacters) {
    return `must have at most ${mostNameCharacters} characters, not ${name.length}`;
  }
  if (!name.isWellFormed()) return 'must be Unicode without lone surrogates';
  if (control.test(name)) return 'must have no control characters';
  if (name.includes('\\')) return 'must have no backslash';
  if (hasDotSegment(name)) return 'must have no segment . or ..';
  return undefined;
}
