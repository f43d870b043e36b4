const CONTAINER = /^(?:\$(?:root|logs|web)|[a-z0-9](?:-?[a-z0-9]){2,62})$/;
const PIECES = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g;
const TOKEN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * A path such as `in/{batch}/{name}.json`, or only a container (functions-host.md 3.6). Throws an Error that says
 * what cannot be read.
 */
export class PathPattern {
  readonly container: string;
  readonly #tokens: string[] = [];
  /** The texts around the tokens, one more than those; undefined: all blobs. */
  readonly #literals: string[] | undefined;

  constructor(path: string) {
    const slash = path.indexOf('/');
    this.container = slash < 0 ? path : path.slice(0, slash);
    if (!CONTAINER.test(this.container)) throw new Error(`"${this.container}" cannot be a container`);
    if (slash < 0) return;
    if (slash === path.length - 1) throw new Error('no blob name stands behind the "/"');

    const literals = [''];
    for (const [piece, token] of path.slice(slash + 1).matchAll(PIECES)) {
      if (token !== undefined) {
        if (!TOKEN_NAME.test(token)) throw new Error(`"{${token}}" is no name in braces`);
        if (this.#tokens.some((one) => one.toLowerCase() === token.toLowerCase())) {
          throw new Error(`"{${token}}" stands there twice`);
        }
        this.#tokens.push(token);
        literals.push('');
      } else if (piece === '{' || piece === '}') {
        throw new Error(`a single "${piece}" is neither a token nor a brace written twice`);
      } else {
        const text = piece === '{{' || piece === '}}' ? piece.charAt(0) : piece;
        literals.push(`${literals.pop() ?? ''}${text}`);
      }
    }
    this.#literals = literals;
  }

  /** What the tokens stand for in a blob name, the earlier ones as long as can be; undefined when it does not fit. */
  match(blob: string): Record<string, string> | undefined {
    const values: Record<string, string> = {};
    if (this.#literals === undefined) return values;
    const [start = '', ...rest] = this.#literals;
    if (rest.length === 0) return blob === start ? values : undefined;
    if (!blob.startsWith(start)) return undefined;
    // From the right, so that each literal stands as late as those behind it let it.
    const ends: number[] = [];
    let end = blob.length;
    for (const literal of rest.reverse()) {
      const latest = end - literal.length;
      const at = ends.length === 0 ? latest : blob.lastIndexOf(literal, latest);
      if (at > latest || at < start.length || !blob.startsWith(literal, at)) return undefined;
      ends.unshift(at);
      end = at;
    }
    rest.reverse();
    let from = start.length;
    for (const [at, token] of this.#tokens.entries()) {
      values[token] = blob.slice(from, ends[at]);
      from = (ends[at] ?? 0) + (rest[at]?.length ?? 0);
    }
    return values;
  }
}
