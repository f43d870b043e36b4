import { JobFailure } from '../../jobFailure.js';

/** First bytes of files that are sent by mistake. */
const beginnings: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF89a', 'a GIF image'],
  ['%PDF-', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive, as workbooks (.xlsx) are'],
  ['\xd0\xcf\x11\xe0', 'an old Office document'],
  ['\x1f\x8b', 'gzip'],
  ['\x28\xb5\x2f\xfd', 'Zstandard'],
  ['PAR1', 'Parquet'],
  ['Obj\x01', 'Avro'],
  ['ARROW1', 'an Arrow file'],
  ['SQLite format 3\0', 'an SQLite database'],
];

/** Bytes of the head that are looked at for what no text has. */
const looked = 64 * 1024;
/** A NUL among so many first bytes is no slip within a cell. */
const noNulIn = 1024;
/** Control characters that a few bad cells may have. */
const fewControls = 16;

/**
 * Refuses bytes that are no table in UTF-8 text, such as images, archives and web pages that were saved under the name
 * of a table. Throws a JobFailure JOB_INPUT_FORMAT that says what they look like.
 */
export function refuseOtherFiles(input: string, bytes: Uint8Array): void {
  const first = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  const looks =
    beginnings.find(([beginning]) => first.startsWith(beginning))?.[1] ?? markup(first) ?? binary(bytes);
  if (looks === undefined) return;
  throw new JobFailure('JOB_INPUT_FORMAT', `input '${input}': expected a table as text, got ${looks}`);
}

function markup(first: string): string | undefined {
  const text = first.trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'a web page (HTML)';
  return text.startsWith('<?xml') || text.startsWith('<!doctype') ? 'XML' : undefined;
}

function binary(bytes: Uint8Array): string | undefined {
  const end = Math.min(bytes.length, looked);
  let controls = 0;
  for (let i = 0; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
    if (byte === 0 && i < noNulIn) return 'binary data, or UTF-16 without a byte order mark';
    controls++;
  }
  return controls > fewControls && controls * 100 > end ? 'binary data' : undefined;
}
