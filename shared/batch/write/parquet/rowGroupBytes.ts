import { partTailLength } from './partFooter.js';

/** The bytes of a part that go into the joined file: a view of what lies between its magic and its footer. */
export function rowGroupBytes(part: Uint8Array): Uint8Array {
  return part.subarray(4, part.length - partTailLength(part, part.length));
}
