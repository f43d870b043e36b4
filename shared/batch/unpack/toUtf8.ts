import { utf16ToUtf8 } from '../read/csv/utf16.js';

/**
 * UTF-16 as UTF-8. What is no UTF-16 becomes bytes that are no UTF-8, so that it costs its record alone.
 */
export async function* toUtf8(
  source: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const slice of source) {
    const bytes = rest.length === 0 ? slice : Buffer.concat([rest, slice]);
    const end = endOfCharacters(bytes, encoding);
    rest = bytes.subarray(end);
    if (end > 0) yield utf16ToUtf8(bytes.subarray(0, end), encoding);
  }
  if (rest.length > 0) yield utf16ToUtf8(rest, encoding);
}

/** The end of the bytes without half a unit, and without the first unit of a pair, at the end. */
function endOfCharacters(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): number {
  const end = bytes.length & ~1;
  const high = bytes[encoding === 'utf-16le' ? end - 1 : end - 2] ?? 0;
  return (high & 0xfc) === 0xd8 ? end - 2 : end;
}
