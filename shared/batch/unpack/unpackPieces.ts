import { csvLimits } from '../read/csv/csvLimits.js';
import { arrayToLines } from './arrayToLines.js';
import { cutPieces } from './cutPieces.js';
import { gunzip } from './gunzip.js';
import { RecordEnds } from './recordEnds.js';
import { rewriteCsv } from './rewriteCsv.js';
import { slices } from './slices.js';
import { toUtf8 } from './toUtf8.js';
import { pieceLayout, type UnpackedPiece, type UnpackLimits, type UnpackPlan } from './unpackPlan.js';

/** A text of 64 GiB, and gzip of numbers and short texts, stays below these. */
const defaultLimits: UnpackLimits = {
  maxBytes: 64 * 2 ** 30,
  maxRatio: 200,
  recordBytes: csvLimits.recordBytes,
  quotedBytes: csvLimits.quotedBytes,
};

/**
 * Streams an input once into pieces of whole records, which are read as `pieceLayout` says. The pieces depend on the
 * bytes of the input and the plan alone, not on how the bytes come. Memory is bounded by a few pieces, and no step
 * holds up this thread.
 *
 * Throws JobFailures: JOB_INPUT_BOMB, JOB_INPUT_FORMAT, JOB_RECORD_TOO_LONG, JOB_QUOTE_UNCLOSED. Where one record is at
 * fault, the records before it are given first. Errors of the source are thrown as they come.
 */
export async function* unpackPieces(
  source: AsyncIterable<Uint8Array>,
  plan: UnpackPlan,
): AsyncGenerator<UnpackedPiece> {
  const limits = { ...defaultLimits, ...plan.limits };
  const { encoding } = plan.text;
  const text = slices(plan.gzip ? gunzip(source, limits) : source, plan.skipBytes);
  const utf8 = encoding === 'utf-8' ? text : toUtf8(text, encoding);
  // bytes of a text that is written anew here are counted from its first record on
  const firstOffset = encoding === 'utf-8' ? plan.skipBytes : 0;
  yield* cutPieces(
    asWritten(utf8, plan, limits, firstOffset),
    new RecordEnds(pieceLines(plan), limits, firstOffset),
    plan.pieceBytes,
  );
}

/** The records as the pieces hold them. */
function asWritten(
  utf8: AsyncGenerator<Uint8Array>,
  { format, text, dialect }: UnpackPlan,
  limits: UnpackLimits,
  firstOffset: number,
): AsyncGenerator<Uint8Array> {
  if (format === 'jsonArray') return arrayToLines(utf8, limits.recordBytes, firstOffset);
  if (format !== 'jsonLines' && dialect) return rewriteCsv(utf8, { text, dialect }, limits, firstOffset);
  return utf8;
}

/** What ends a record of the pieces; JSON Lines have no quotes over several lines. */
function pieceLines(plan: UnpackPlan) {
  const { format, text } = pieceLayout(plan);
  return format === 'jsonLines' ? { ...text, quote: -1 } : text;
}
