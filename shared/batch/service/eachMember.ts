import { ElementCursor } from './elementCursor.js';
import type { Turns } from './turns.js';
import { textEnd } from './valueEnd.js';

/** Longer names are those of no column. */
const mostNameBytes = 64 * 1024;

/** What a member takes beside its bytes, as if it were bytes. */
const memberCost = 512;

const colon = 0x3a;
const space = 0x20;
const tab = 0x09;

const utf8 = new TextDecoder();

/**
 * Gives name and value, [start, end), of each member of the JSON object in [from, to) of the bytes, which are known to be
 * JSON without line breaks. A name may come twice: the last one counts, as for every parser.
 */
export async function eachMember(
  bytes: Uint8Array,
  from: number,
  to: number,
  turns: Turns,
  give: (name: string, start: number, end: number) => void,
): Promise<void> {
  const members = new ElementCursor(bytes, from, to, turns);
  while (members.isAhead || (await members.load())) {
    members.take();
    const nameEnd = textEnd(bytes, members.start);
    let start = nameEnd;
    while (isBlank(bytes[start]) || bytes[start] === colon) start++;
    give(nameOf(bytes, members.start, nameEnd), start, members.end);
    if (turns.areDue(memberCost)) await turns.take();
  }
}

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > mostNameBytes) return utf8.decode(bytes.subarray(start + 1, start + 1000));
  return JSON.parse(utf8.decode(bytes.subarray(start, end))) as string;
}

const isBlank = (byte: number | undefined) => byte === space || byte === tab;
