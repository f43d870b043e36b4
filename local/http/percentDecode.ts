const RUN = /(?:%[\da-f]{2})+/gi;
const SLASH = 0x2f;

/**
 * Decodes percent-encoded UTF-8. What is not valid UTF-8 stays as it was written, as in .NET; with
 * `keepSlash` an encoded slash stays too (functions-host.md 2.1).
 */
export function percentDecode(text: string, keepSlash: boolean): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(RUN, (run) => decodeRun(run, keepSlash));
}

function decodeRun(run: string, keepSlash: boolean): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  let decoded = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(first);
    const character = length === 0 ? '' : decodeOne(bytes.subarray(at, at + length));
    if (character === '' || (first === SLASH && keepSlash)) {
      decoded += run.slice(at * 3, at * 3 + 3);
      at += 1;
    } else {
      decoded += character;
      at += length;
    }
  }
  return decoded;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function decodeOne(bytes: Buffer): string {
  const character = bytes.toString('utf8');
  return Buffer.from(character, 'utf8').equals(bytes) ? character : '';
}
