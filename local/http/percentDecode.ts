const NEXT = '%[89ab][\\da-f]';
const CHARACTER = new RegExp(
  `%[0-7][\\da-f]|%[cd][\\da-f]${NEXT}|%e[\\da-f](?:${NEXT}){2}|%f[0-4](?:${NEXT}){3}`,
  'gi',
);

/**
 * Decodes percent-encoded UTF-8. What is not valid UTF-8 stays as it was written, as in .NET; with
 * `keepSlash` an encoded slash stays too (functions-host.md 2.1).
 */
export function percentDecode(text: string, keepSlash: boolean): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(CHARACTER, (encoded) => {
    if (keepSlash && encoded.toLowerCase() === '%2f') return encoded;
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded; // longer than need be, or half of a surrogate pair
    }
  });
}
