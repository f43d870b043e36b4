/**
 * UTF-16 as UTF-8, in a buffer of its own. What UTF-8 cannot say, lone surrogates and half a character at the end, is
 * written as bytes that are not UTF-8, so that it is found where the text is checked.
 */
export function utf16ToUtf8(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Uint8Array<ArrayBuffer> {
  const [low, high] = encoding === 'utf-16le' ? [0, 1] : [1, 0];
  const units = bytes.length >> 1;
  const out = new Uint8Array(units * 3 + 1);
  const unit = (i: number) => ((bytes[2 * i + high] as number) << 8) | (bytes[2 * i + low] as number);
  let to = 0;
  for (let i = 0; i < units; i++) {
    const code = unit(i);
    if (code < 0x80) {
      out[to++] = code;
    } else if (code < 0x800) {
      out[to++] = 0xc0 | (code >> 6);
      out[to++] = 0x80 | (code & 0x3f);
    } else if ((code & 0xfc00) === 0xd800 && i + 1 < units && (unit(i + 1) & 0xfc00) === 0xdc00) {
      const point = 0x10000 + ((code & 0x3ff) << 10) + (unit(++i) & 0x3ff);
      out[to++] = 0xf0 | (point >> 18);
      out[to++] = 0x80 | ((point >> 12) & 0x3f);
      out[to++] = 0x80 | ((point >> 6) & 0x3f);
      out[to++] = 0x80 | (point & 0x3f);
    } else {
      out[to++] = 0xe0 | (code >> 12);
      out[to++] = 0x80 | ((code >> 6) & 0x3f);
      out[to++] = 0x80 | (code & 0x3f);
    }
  }
  if (bytes.length % 2 === 1) out[to++] = 0xff;
  return out.subarray(0, to);
}

/** Bytes that the first `length` bytes of such UTF-8 had in UTF-16. */
export function utf16Length(utf8: Uint8Array, length: number): number {
  let units = 0;
  for (let i = 0; i < length; i++) {
    const byte = utf8[i] as number;
    if (byte >= 0xf0) units += 2;
    else if ((byte & 0xc0) !== 0x80) units++;
  }
  return 2 * units;
}
