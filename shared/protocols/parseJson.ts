import { ScoringError } from '../errors/scoringError.js';

/** Deepest nesting that any contract needs, with room: objects of arrays of tensors of rank 8. */
const maxDepth = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON body from outside. A byte order mark is accepted. Whole numbers beyond 2^53 come as bigint when
 * `exactIntegers` is set, so that INT64 survives; those of more digits than UINT64 has stay numbers.
 *
 * Throws SCORE_ERR_BODY_EMPTY, _ENCODING, _DEPTH or _SYNTAX.
 */
export function parseJson(body: Uint8Array, { exactIntegers }: { exactIntegers: boolean }): unknown {
  if (body.length === 0) throw new ScoringError('SCORE_ERR_BODY_EMPTY', 'expected a JSON body, got none');
  const { depth, longInteger } = inspect(body);
  if (depth > maxDepth) {
    throw new ScoringError(
      'SCORE_ERR_BODY_DEPTH',
      `expected JSON nested at most ${maxDepth} deep, got ${depth} levels`,
    );
  }
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new ScoringError('SCORE_ERR_BODY_ENCODING', 'expected UTF-8, got bytes that are none');
  }
  try {
    return exactIntegers && longInteger ? (JSON.parse(text, keepLongIntegers) as unknown) : JSON.parse(text);
  } catch (error) {
    throw new ScoringError('SCORE_ERR_BODY_SYNTAX', `expected JSON, ${syntaxPlace(error, text)}`);
  }
}

/** Nesting depth and whether there is a run of digits that a double may not hold; one pass over the bytes. */
function inspect(body: Uint8Array): { depth: number; longInteger: boolean } {
  let depth = 0;
  let deepest = 0;
  let digits = 0;
  let longInteger = false;
  let inText = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
      continue;
    }
    if (byte >= 0x30 && byte <= 0x39) {
      if (++digits === 16) longInteger = true;
      continue;
    }
    digits = 0;
    if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return { depth: deepest, longInteger };
}

/** JSON.parse with source text access (ECMAScript proposal, in V8 since Node 21). */
function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  // reading a bigint takes more than linear time: 2.6 s for 16 million digits
  return source !== undefined && /^-?\d{1,20}$/.test(source) ? BigInt(source) : value;
}

/** Where the syntax error is. The parser's own text is not shown: it quotes the body. */
function syntaxPlace(error: unknown, text: string): string {
  const told = error instanceof Error ? error.message : '';
  if (told.startsWith('Unexpected end')) return 'got a text that ends too early';
  const position = /position (\d+)/.exec(told)?.[1];
  if (position === undefined) return 'got a stray character; NaN, Infinity and single quotes are not JSON';
  const before = text.slice(0, Number(position));
  const line = before.split('\n').length;
  return `got a stray character at line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
}
