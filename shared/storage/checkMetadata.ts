import { WRITE_ID_KEY } from './blobFacts.js';

/** Storage takes 8 KiB; the rest is for the id of the write. */
const MAX_TEXT_LENGTH = 8 * 1_024 - 64;

/**
 * Holds metadata to what storage keeps as it is: the client drops line breaks, and other letters than ASCII make the
 * signature of the call wrong. Throws a TypeError, since callers make their metadata themselves.
 */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  let textLength = 0;
  for (const [key, value] of Object.entries(metadata)) {
    textLength += key.length + value.length;
    if (!/^[a-z][a-z0-9]*$/.test(key) || key === WRITE_ID_KEY) throw new TypeError(`no metadata key: ${key}`);
    if (!/^[ -~]*$/.test(value)) throw new TypeError(`metadata '${key}' is not ASCII`);
  }
  if (textLength > MAX_TEXT_LENGTH) throw new TypeError(`metadata of ${textLength} characters`);
}
