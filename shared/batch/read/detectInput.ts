import { JobFailure } from '../jobFailure.js';
import { inflateHead } from '../unpack/inflateHead.js';
import type { DetectRequest } from './detect/detectRequest.js';
import { formatHint } from './detect/formatHint.js';
import { detectText, type DetectedText } from './detectText.js';

/** What an input is. Of gzip, `text` and `dataStart` are those of the text within. */
export type DetectedInput =
  ({ readonly gzip: boolean } & DetectedText) | { readonly format: 'parquet'; readonly gzip: false };

/** Bytes of an input, and of the text in it, that are looked at. */
export const headBytes = 2 ** 20;

/**
 * Finds out from the first bytes of an input (`headBytes`, or all of them with `isWhole`) what it is. Parquet and gzip
 * show by their first bytes; what was said must fit. Throws the JobFailures of `detectText` and `inflateHead`.
 */
export async function detectInput(
  head: Uint8Array<ArrayBuffer>,
  isWhole: boolean,
  request: DetectRequest,
): Promise<DetectedInput> {
  const { name, contentType, dialect } = request;
  if (isParquet(head, request)) return { format: 'parquet', gzip: false };
  if ((dialect.format ?? formatHint(name, contentType)) === 'parquet') throw formatFault(name, 'Parquet');
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (dialect.gzip === true && !isGzip && head.length > 0) throw formatFault(name, 'gzip');
  if (!isGzip || dialect.gzip === false) return { gzip: false, ...detectText(head, isWhole, request) };
  // the end of the text within is not known before all of it is unpacked, unless all of it is there
  const text = await inflateHead(head, headBytes);
  return { gzip: true, ...detectText(text, isWhole && text.length < headBytes, request) };
}

function isParquet(head: Uint8Array, { dialect }: DetectRequest): boolean {
  if (dialect.format !== undefined && dialect.format !== 'parquet') return false;
  return Buffer.from(head.buffer, head.byteOffset, Math.min(4, head.length)).toString('latin1') === 'PAR1';
}

const formatFault = (input: string, expected: string) =>
  new JobFailure(
    'JOB_INPUT_FORMAT',
    `input '${input}': expected ${expected}, got a file that begins otherwise`,
  );
