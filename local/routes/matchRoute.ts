import { asciiLower, type Part, type Segment } from './template.js';

export type RouteValues = Record<string, string>;

/**
 * Matches a decoded path with a template and gives the route values, or undefined.
 * `lower` is the path with its ASCII letters in lower case. Follows ASP.NET's template matcher: one slash at
 * the end does not count, an empty segment fits only inside a catch-all (functions-host.md 2.1).
 */
export function matchRoute(
  segments: readonly Segment[],
  path: string,
  lower: string,
): RouteValues | undefined {
  const values: RouteValues = {};
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  let at = 1;
  for (const segment of segments) {
    const [part] = segment;
    if (at > end || end === 0) {
      if (part.kind === 'literal' || segment.length > 1) return undefined;
      if (part.defaultValue !== undefined) values[part.name] = part.defaultValue;
      else if (!part.optional && !part.catchAll) return undefined;
      continue;
    }
    const slash = path.indexOf('/', at);
    const segmentEnd = slash < 0 || slash > end ? end : slash;
    if (segmentEnd === at) return undefined;
    if (segment.length > 1) {
      const found = matchComplex(segment, path.slice(at, segmentEnd));
      if (found === undefined) return undefined;
      Object.assign(values, found);
    } else if (part.kind === 'literal') {
      if (segmentEnd - at !== part.lower.length || !lower.startsWith(part.lower, at)) return undefined;
    } else if (part.catchAll) {
      values[part.name] = path.slice(at);
      at = Infinity; // it is the last segment
      continue;
    } else {
      values[part.name] = path.slice(at, segmentEnd);
    }
    at = segmentEnd + 1;
  }
  return (at > end || end === 0) && fitsConstraints(segments, values) ? values : undefined;
}

function fitsConstraints(segments: readonly Segment[], values: RouteValues): boolean {
  for (const segment of segments) {
    for (const part of segment) {
      if (part.kind === 'literal' || part.constraints.length === 0) continue;
      const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
      if (value === undefined && part.optional) continue;
      for (const fits of part.constraints) if (!fits(value)) return false;
    }
  }
  return true;
}

/** ASP.NET reads a complex segment from its right end, so that the left parameter takes as much as it can. */
function matchComplex(parts: Segment, text: string): RouteValues | undefined {
  const found = matchParts(parts, text);
  const last = parts.at(-1);
  if (found !== undefined || last?.kind !== 'parameter' || !last.optional || text.endsWith('.')) return found;
  return matchParts(parts.slice(0, -2), text);
}

function matchParts(parts: readonly Part[], text: string): RouteValues | undefined {
  const values: RouteValues = {};
  const lower = asciiLower(text);
  let end = text.length;
  let open: string | undefined;
  for (const part of parts.toReversed()) {
    if (part.kind === 'parameter') {
      open = part.name;
      continue;
    }
    // An open parameter needs one character at least.
    const limit = end - (open === undefined ? 0 : 1);
    const at = lower.slice(0, Math.max(limit, 0)).lastIndexOf(part.lower);
    const next = at + part.lower.length;
    if (at < 0 || (open === undefined && next !== end)) return undefined;
    if (open !== undefined) values[open] = text.slice(next, end);
    open = undefined;
    end = at;
  }
  if (open === undefined) return end === 0 ? values : undefined;
  return end > 0 ? { ...values, [open]: text.slice(0, end) } : undefined;
}
