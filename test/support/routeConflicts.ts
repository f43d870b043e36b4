import type { RunningHost } from '../../local/host.js';

export type ServedFunction = RunningHost['functions'][number];

/**
 * Pairs of functions that answer one URL and method of which the wrong one is asked first. The host matches in the order
 * of function names: where two templates fit a URL, the one with a fixed text where the other has a parameter must come
 * first. Constraints are left aside: they may only keep templates apart that are reported here.
 */
export function routeConflicts(functions: readonly ServedFunction[]): string[] {
  const inOrder = [...functions].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const found: string[] = [];
  for (const [i, first] of inOrder.entries()) {
    for (const second of inOrder.slice(i + 1)) {
      if (!first.methods.some((method) => second.methods.includes(method))) continue;
      const [a, b] = [segmentsOf(first.route), segmentsOf(second.route)];
      if (overlap(a, b) && !isMoreSpecial(a, b)) {
        found.push(`${first.name} (${first.route}) comes before ${second.name} (${second.route})`);
      }
    }
  }
  return found;
}

/** A fixed text, one parameter, a parameter that may be missing, or the rest of the path. */
type Segment = { readonly text: string } | 'one' | 'optional' | 'rest';

function segmentsOf(route: string): Segment[] {
  const parts = route
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '');
  return parts.map((part) => {
    if (!part.startsWith('{')) return { text: part };
    if (part.startsWith('{*')) return 'rest';
    return part.endsWith('?}') || part.includes('=') ? 'optional' : 'one';
  });
}

/** Whether some path fits both. */
function overlap(a: readonly Segment[], b: readonly Segment[]): boolean {
  const [x, ...restOfA] = a;
  const [y, ...restOfB] = b;
  if (x === 'rest' || y === 'rest') return true;
  if (x === undefined || y === undefined)
    return [...a, ...b].every((one) => one === 'optional' || one === 'rest');
  if (typeof x === 'object' && typeof y === 'object' && x.text !== y.text) return false;
  return overlap(restOfA, restOfB);
}

/** Whether `a` is nowhere more general than `b` and somewhere more special. */
function isMoreSpecial(a: readonly Segment[], b: readonly Segment[]): boolean {
  const ranks = Array.from(
    { length: Math.max(a.length, b.length) },
    (_, i) => [rank(a[i]), rank(b[i])] as const,
  );
  return ranks.every(([ofA, ofB]) => ofA <= ofB) && ranks.some(([ofA, ofB]) => ofA < ofB);
}

function rank(segment: Segment | undefined): number {
  if (segment === undefined) return 0;
  if (typeof segment === 'object') return 1;
  return { one: 2, optional: 3, rest: 4 }[segment];
}
