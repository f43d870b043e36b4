import { asciiLower, type ParameterPart, type Part, type Segment } from './template.js';

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
  let index = 0;
  while (at <= end && end > 0) {
    const segment = segments[index++];
    const slash = path.indexOf('/', at);
    const segmentEnd = slash < 0 || slash > end ? end : slash;
    if (segment === undefined || segmentEnd === at) return undefined;
    const [part] = segment;
    if (segment.length > 1) {
      if (!matchComplex(segment, path.slice(at, segmentEnd), values)) return undefined;
    } else if (part.kind === 'literal') {
      if (segmentEnd - at !== part.lower.length || !lower.startsWith(part.lower, at)) return undefined;
    } else if (part.catchAll) {
      values[part.name] = path.slice(at);
      break;
    } else {
      values[part.name] = path.slice(at, segmentEnd);
    }
    at = segmentEnd + 1;
  }
  for (; index < segments.length; index++) {
    const segment = segments[index];
    const part = segment?.[0];
    if (segment?.length !== 1 || part?.kind !== 'parameter') return undefined;
    if (part.defaultValue !== undefined) values[part.name] = part.defaultValue;
    else if (!part.optional && !part.catchAll) return undefined;
  }
  return fitsConstraints(segments, values) ? values : undefined;
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
function matchComplex(parts: Segment, text: string, values: RouteValues): boolean {
  const last = parts[parts.length - 1];
  if (matchParts(parts, text, values)) return true;
  if (last?.kind !== 'parameter' || !last.optional || text.endsWith('.')) return false;
  return matchParts(parts.slice(0, -2), text, values);
}

function matchParts(parts: readonly Part[], text: string, values: RouteValues): boolean {
  const lower = asciiLower(text);
  const found: [string, string][] = [];
  let end = text.length;
  let open: ParameterPart | undefined;
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index];
    if (part?.kind === 'parameter') {
      open = part;
      continue;
    }
    if (part === undefined) return false;
    // An open parameter needs one character at least.
    const limit = end - (open === undefined ? 0 : 1);
    const at = lower.slice(0, Math.max(limit, 0)).lastIndexOf(part.lower);
    if (at < 0 || (open === undefined && at + part.lower.length !== end)) return false;
    if (open !== undefined) found.push([open.name, text.slice(at + part.lower.length, end)]);
    open = undefined;
    end = at;
  }
  if (open !== undefined) found.push([open.name, text.slice(0, end)]);
  else if (end !== 0) return false;
  if (found.some(([, value]) => value === '')) return false;
  for (const [name, value] of found) values[name] = value;
  return true;
}
