/** Characters of the original text that a fault keeps. */
const textLength = 200;

const lossy = new TextDecoder();

/** The first characters of a record, as they stand. */
export function recordText(record: Uint8Array): string {
  // a character has at most four bytes
  return cut(lossy.decode(record.subarray(0, 4 * textLength))).trim();
}

/** The first characters of a value as JSON text; undefined where there is none. */
export function valueText(value: unknown): string | undefined {
  // a long text is not written in full to be cut
  const bounded = typeof value === 'string' ? value.slice(0, textLength) : value;
  const text = JSON.stringify(bounded, plainInteger) as string | undefined;
  return text === undefined ? undefined : cut(text);
}

const plainInteger = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

function cut(text: string): string {
  const short = text.slice(0, textLength);
  return short.isWellFormed() ? short : short.slice(0, -1);
}
