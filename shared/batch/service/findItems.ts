import { isUtf8 } from 'node:buffer';
import { ScoringError } from '../../errors/scoringError.js';
import { fieldError } from '../../protocols/jsonObject.js';
import { JsonCheck, type JsonProblem } from './jsonCheck.js';
import { Turns } from './turns.js';

/** Items of one batch. */
export const mostItems = 10_000;

/** Nesting of one item, as that of a consumption request; the array around the items comes on top. */
const mostDepth = 32;

const sliceBytes = 64 * 1024;

/** Checked for UTF-8 at once, and what that takes at most, as if it were bytes looked through. */
const pieceBytes = 2 ** 20;
const utf8Cost = 32 * 1024;

const openBracket = 0x5b;

/**
 * Start and end (exclusive) of each item in the body of a batch, one after the other. All of the body is JSON then, and
 * its line breaks are blanks. Works in slices that leave the event loop free.
 *
 * Throws SCORE_ERR_BODY_SYNTAX, _ENCODING and _DEPTH, which name the item, SCORE_ERR_REQUEST_FIELD where there is no
 * array or nothing in it, and SCORE_ERR_BATCH_TOO_LARGE.
 */
export async function findItems(body: Uint8Array): Promise<readonly number[]> {
  const start = skipBlanks(body, hasByteOrderMark(body) ? 3 : 0);
  if (body[start] !== openBracket) throw fieldError('', 'expected an array with one object per item');
  const check = new JsonCheck(mostDepth + 1, start);
  const bounds = check.elements;
  const turns = new Turns();
  for (let at = start; at < body.length; at += sliceBytes) {
    const slice = body.subarray(at, at + sliceBytes);
    check.feed(slice);
    if (check.problem) throw problemError(check.problem, bounds);
    if (bounds.length > 2 * mostItems) throw tooMany();
    blankBreaks(slice);
    if (turns.areDue(2 * slice.length)) await turns.take();
  }
  check.finish();
  if (check.problem) throw problemError(check.problem, bounds);
  if (bounds.length === 0) throw fieldError('', 'expected one item at least, got an empty array');
  await requireUtf8(body, bounds, turns);
  return bounds;
}

function hasByteOrderMark([a, b, c]: Uint8Array): boolean {
  return a === 0xef && b === 0xbb && c === 0xbf;
}

function skipBlanks(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && isBlank(body[at] as number)) at++;
  return at;
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Rows stand on a line each; within a text there are no line breaks. */
function blankBreaks(slice: Uint8Array): void {
  for (let at = 0; at < slice.length; at++) {
    const byte = slice[at];
    if (byte === 0x0a || byte === 0x0d) slice[at] = 0x20;
  }
}

/** Each item in pieces of whole characters; around them there are only blanks, brackets and commas. */
async function requireUtf8(body: Uint8Array, bounds: readonly number[], turns: Turns): Promise<void> {
  for (let i = 0; i < bounds.length; i += 2) {
    const end = bounds[i + 1] as number;
    for (let from = bounds[i] as number; from < end;) {
      let to = Math.min(end, from + pieceBytes);
      while (to < end && to > from && ((body[to] as number) & 0xc0) === 0x80) to--;
      if (to === from || !isUtf8(body.subarray(from, to))) {
        const message = 'expected UTF-8, got bytes that are none';
        throw new ScoringError('SCORE_ERR_BODY_ENCODING', `item ${i / 2}: ${message}`, {
          places: [{ pointer: `/${i / 2}`, message }],
        });
      }
      if (turns.areDue(utf8Cost)) await turns.take();
      from = to;
    }
  }
}

function problemError({ kind, offset }: JsonProblem, bounds: readonly number[]): ScoringError {
  // a text that ends too early ends in the last item that has begun
  const pointer = placeOf(kind === 'end' ? (bounds.at(-1) ?? 1) - 1 : offset, bounds);
  const where = `item ${pointer.slice(1)}: `;
  if (kind === 'depth') {
    const message = `expected JSON nested at most ${mostDepth} deep, got more levels`;
    return new ScoringError('SCORE_ERR_BODY_DEPTH', where + message, { places: [{ pointer, message }] });
  }
  const came = kind === 'end' ? 'a text that ends too early' : `a stray character at byte ${offset}`;
  const message = `expected JSON, got ${came}`;
  return new ScoringError('SCORE_ERR_BODY_SYNTAX', where + message, { places: [{ pointer, message }] });
}

/** The pointer of the item that a byte belongs to: behind those that end before it. */
function placeOf(offset: number, bounds: readonly number[]): string {
  let item = 0;
  while (2 * item + 1 < bounds.length && (bounds[2 * item + 1] as number) <= offset) item++;
  return `/${item}`;
}

const tooMany = () =>
  new ScoringError(
    'SCORE_ERR_BATCH_TOO_LARGE',
    `expected at most ${mostItems} items; POST /jobs takes any number of rows`,
  );
