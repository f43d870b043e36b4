/** Longest text that means something in a cell of a number or boolean. */
const mostBytes = 64;

/** A short text in [start, end) without the blanks and tabs around it; undefined when it is longer than 64 bytes. */
export function trimmedText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from++;
  while (from < to && isBlank(bytes[to - 1])) to--;
  if (to - from > mostBytes) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09;
