const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 bytes in a buffer of their own, which can be given away. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The body of a request or answer, from a value. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify(value));
}

/** The value of a body; whole numbers beyond 2^53 come as bigint. */
export function parseBytes(body: Uint8Array): unknown {
  return parseExact(decoder.decode(body));
}

/** Parses JSON and keeps long whole numbers exact. */
export function parseExact(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined)
      return value;
    return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
  };
  return JSON.parse(text, keep);
}
