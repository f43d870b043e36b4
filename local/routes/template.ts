import { compileConstraint, type Constraint } from './constraints.js';

interface LiteralPart {
  readonly kind: 'literal';
  readonly text: string;
  /** `text` with its ASCII letters in lower case */
  readonly lower: string;
}

interface ParameterPart {
  readonly kind: 'parameter';
  readonly name: string;
  readonly optional: boolean;
  readonly catchAll: boolean;
  readonly defaultValue: string | undefined;
  readonly constraints: readonly Constraint[];
}

export type Part = LiteralPart | ParameterPart;

/** The parts between two slashes; more than one makes a complex segment such as `{name}.{ext}`. */
export type Segment = readonly [Part, ...Part[]];

const NAME = /^[^/{}?*]+$/;
/** A doubled brace stands for the character, inside a parameter too, as in `{v:regex(^a{{2}}$)}`. */
const TOKEN = /\{\{|\}\}|\{((?:[^{}]|\{\{|\}\})*)\}|[{}/]|[^{}/]+/g;

/** Lower case for ASCII letters only, so that positions in the text stay where they are. */
export function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Parses an ASP.NET route template (functions-host.md 2.1).
 * Throws an Error with the template and the rule it breaks.
 */
export function parseTemplate(template: string): readonly Segment[] {
  const text = template.startsWith('~/') ? template.slice(2) : template.replace(/^\//, '');
  const fail = (rule: string): never => {
    throw new Error(`route "${template}": ${rule}`);
  };
  const segments: Segment[] = [];
  const names = new Set<string>();
  let parts: Part[] = [];
  let literal = '';

  const endLiteral = (): void => {
    if (literal.includes('?')) fail('a literal cannot contain "?"');
    if (literal !== '') parts.push({ kind: 'literal', text: literal, lower: asciiLower(literal) });
    literal = '';
  };
  const endSegment = (): void => {
    endLiteral();
    const [first, ...others] = parts;
    if (first === undefined) return void fail('two slashes follow each other');
    const previous = segments.at(-1)?.[0];
    if (previous?.kind === 'parameter' && previous.catchAll) fail('a catch-all must be the last segment');
    const broken = others.length > 0 ? complexFault([first, ...others]) : undefined;
    if (broken !== undefined) fail(broken);
    segments.push([first, ...others]);
    parts = [];
  };

  for (const [token, parameterText] of text.matchAll(TOKEN)) {
    if (token === '/') {
      endSegment();
    } else if (parameterText !== undefined) {
      endLiteral();
      const parameter = parseParameter(parameterText, fail);
      if (names.has(parameter.name.toLowerCase())) fail(`parameter "${parameter.name}" appears twice`);
      names.add(parameter.name.toLowerCase());
      if (parts.at(-1)?.kind === 'parameter') fail('two parameters follow each other');
      parts.push(parameter);
    } else if (token === '{' || token === '}') {
      fail(`"${token}" without its other brace`);
    } else {
      literal += token === '{{' || token === '}}' ? token.charAt(0) : token;
    }
  }
  if (parts.length > 0 || literal !== '') endSegment();
  return segments;
}

function complexFault(parts: Segment): string | undefined {
  const parameters = parts.filter((part) => part.kind === 'parameter');
  if (parameters.some((part) => part.catchAll)) return 'a catch-all must stand alone in its segment';
  const optional = parameters.find((part) => part.optional);
  if (optional === undefined) return undefined;
  if (parts.at(-1) !== optional) return `optional parameter "${optional.name}" must end its segment`;
  const before = parts.at(-2);
  if (before?.kind === 'literal' && before.text === '.') return undefined;
  return `only a period can stand before optional parameter "${optional.name}"`;
}

function parseParameter(raw: string, fail: (rule: string) => never): ParameterPart {
  const text = raw.replaceAll('{{', '{').replaceAll('}}', '}');
  const stars = text.startsWith('**') ? 2 : text.startsWith('*') ? 1 : 0;
  const optional = text.endsWith('?');
  const body = text.slice(stars, optional ? -1 : undefined);
  const nameEnd = /[:=]|$/.exec(body)?.index ?? body.length;
  const name = body.slice(0, nameEnd);
  if (!NAME.test(name)) fail(`"${name}" is not a parameter name`);

  const constraints: Constraint[] = [];
  let at = nameEnd;
  while (body[at] === ':') {
    const end = endOfConstraint(body, at + 1);
    try {
      constraints.push(compileConstraint(body.slice(at + 1, end)));
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
    at = end;
  }
  const defaultValue = body[at] === '=' ? body.slice(at + 1) : undefined;
  if (optional && defaultValue !== undefined) fail(`optional parameter "${name}" cannot have a default`);
  if (optional && stars > 0) fail(`catch-all "${name}" cannot be optional`);
  return { kind: 'parameter', name, optional, catchAll: stars > 0, defaultValue, constraints };
}

/** A parenthesis closes an argument only where the constraint can end: `regex(^(a|b)$)` holds others. */
function endOfConstraint(text: string, from: number): number {
  const start = /[(:=]|$/.exec(text.slice(from));
  const at = from + (start?.index ?? 0);
  if (text[at] !== '(') return at;
  const close = /\)(?=$|[:=])/.exec(text.slice(at));
  return close === null ? text.length : at + close.index + 1;
}
