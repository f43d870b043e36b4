import { ScoringError } from '../../errors/scoringError.js';
import type { Dialect } from '../job.js';
import { optionError } from './optionError.js';
import { parseMediaType, recordTypes, type MediaType } from './mediaType.js';

/** A body with the headers that say what it is. */
export interface JobBody {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly bytes: Uint8Array;
}

/** What a body is: a job description, or records with what its headers say of them. */
export type BodyChoice =
  | { readonly kind: 'description' }
  | { readonly kind: 'records'; readonly contentType: string; readonly said: Dialect };

/** Blanks before JSON that are skipped to see how it begins. */
const mostBlanks = 65_536;

/**
 * Tells job descriptions from records by the headers and, for JSON, by the first byte that is no blank. Nothing is parsed.
 * A missing content type is taken as JSON.
 *
 * Throws SCORE_ERR_BODY_EMPTY, SCORE_ERR_BODY_MEDIA_TYPE, and SCORE_ERR_BODY_SYNTAX for JSON that is neither.
 */
export function chooseBody({
  contentType = 'application/json',
  contentEncoding,
  bytes,
}: JobBody): BodyChoice {
  if (bytes.length === 0)
    throw new ScoringError('SCORE_ERR_BODY_EMPTY', 'expected records or a job description');
  const type = parseMediaType(contentType);
  const wrapped = recordTypes.get(type?.name ?? '');
  if (!type || wrapped === undefined) {
    throw mediaError(`expected one of ${[...recordTypes.keys()].join(', ')}, got ${shown(contentType)}`);
  }
  const isEncoded = isGzip(contentEncoding);
  if (isEncoded && wrapped === 'gzip') throw mediaError('expected one layer of gzip, got two');
  if (wrapped === 'jsonArray' && !isEncoded && beginsObject(bytes, type)) return { kind: 'description' };
  const gzip = isEncoded || wrapped === 'gzip';
  const encoding = encodingOf(type, gzip ? undefined : bytes);
  const header = wrapped === 'csv' ? type.parameters.get('header') : undefined;
  return {
    kind: 'records',
    contentType: type.name,
    said: {
      ...(wrapped === 'gzip' ? {} : { format: wrapped }),
      ...(gzip ? { gzip } : {}),
      ...(encoding === undefined ? {} : { encoding }),
      // RFC 4180, section 3
      ...(header === 'absent' || header === 'present' ? { header: header === 'present' } : {}),
    },
  };
}

/** Puts what the headers say to the options of the query. Throws SCORE_ERR_JOB_OPTION where the two contradict. */
export function withHeaders(
  options: Readonly<Record<string, unknown>>,
  said: Dialect,
): Record<string, unknown> {
  for (const [key, value] of Object.entries(said)) {
    if (Object.hasOwn(options, key) && options[key] !== value) {
      throw optionError(`/${key}`, `the headers of the request say ${String(value)}`);
    }
  }
  return { ...options, ...said };
}

function isGzip(contentEncoding: string | undefined): boolean {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity' && encoding !== 'gzip') {
    throw mediaError(`expected content-encoding gzip or none, got ${shown(encoding)}`);
  }
  return encoding === 'gzip';
}

function beginsObject(bytes: Uint8Array, type: MediaType): boolean {
  const charset = type.parameters.get('charset') ?? 'utf-8';
  if (!isUtf8(charset)) throw mediaError(`expected JSON in UTF-8, got charset ${shown(charset)}`);
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const first = bytes
    .subarray(start, start + mostBlanks)
    .find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (first !== 0x7b && first !== 0x5b) {
    throw new ScoringError(
      'SCORE_ERR_BODY_SYNTAX',
      'expected a JSON array of records, or a JSON object that describes the job',
    );
  }
  return first === 0x7b;
}

/** The encoding that a charset stands for; undefined for UTF-8, and where only the byte order mark will tell. */
function encodingOf({ parameters }: MediaType, bytes: Uint8Array | undefined): Dialect['encoding'] {
  const charset = parameters.get('charset') ?? 'utf-8';
  if (isUtf8(charset)) return undefined;
  if (charset === 'utf-16le' || charset === 'utf-16be') return charset;
  if (charset !== 'utf-16') throw mediaError(`expected charset utf-8 or utf-16, got ${shown(charset)}`);
  if (!bytes) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  throw mediaError('expected a byte order mark with charset utf-16, or charset utf-16le or utf-16be');
}

const isUtf8 = (charset: string) => charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii';

const shown = (text: string) => text.slice(0, 100);

const mediaError = (message: string) => new ScoringError('SCORE_ERR_BODY_MEDIA_TYPE', message);
