const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Index behind the JSON value that begins at `start`, in bytes that this product wrote: known to be JSON. */
export function valueEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  if (first === quote) return textEnd(bytes, start);
  if (first === openBracket || first === openBrace) return containerEnd(bytes, start);
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === comma || byte === closeBracket || byte === closeBrace) return at;
  }
  return bytes.length;
}

/** Index behind the text whose opening quote is at `start`. */
export function textEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at + 1;
}

function containerEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = textEnd(bytes, at) - 1;
    else if (byte === openBracket || byte === openBrace) depth++;
    else if ((byte === closeBracket || byte === closeBrace) && --depth === 0) return at + 1;
  }
  return bytes.length;
}
