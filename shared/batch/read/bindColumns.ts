/**
 * Where each wanted column stands in a header; -1 where it is missing.
 *
 * An exact match wins. Else letter case and surrounding blanks do not count, as long as that is unambiguous: one column
 * of the header matches, and no other wanted name claims it.
 */
export function bindColumns(header: readonly string[], wanted: readonly string[]): readonly number[] {
  const exact = new Map<string, number>();
  for (let at = header.length - 1; at >= 0; at--) exact.set(header[at] as string, at);
  const bound = wanted.map((name) => exact.get(name) ?? -1);
  if (!bound.includes(-1)) return bound;

  const headerByLoose = positionsByLooseName(header);
  const taken = new Set(bound);
  // two names of the model that differ in letter case alone must both be given exactly
  const claims = new Map<string, number>();
  for (const name of wanted) {
    const loose = looseName(name);
    if (headerByLoose.has(loose)) claims.set(loose, (claims.get(loose) ?? 0) + 1);
  }
  if (claims.size === 0) return bound;
  return bound.map((at, i) => {
    if (at !== -1) return at;
    const name = looseName(wanted[i] as string);
    const [column, ...more] = headerByLoose.get(name) ?? [];
    return column === undefined || more.length > 0 || taken.has(column) || claims.get(name) !== 1
      ? -1
      : column;
  });
}

/** Wanted names that stand more than once, exactly so, in a header: nobody can tell which column is meant. */
export function duplicateColumns(header: readonly string[], wanted: readonly string[]): readonly string[] {
  if (new Set(header).size === header.length) return [];
  const counts = new Map<string, number>();
  for (const name of header) counts.set(name, (counts.get(name) ?? 0) + 1);
  return wanted.filter((name) => (counts.get(name) ?? 0) > 1);
}

function positionsByLooseName(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  for (let at = 0; at < names.length; at++) {
    const key = looseName(names[at] as string);
    const known = positions.get(key);
    if (known) known.push(at);
    else positions.set(key, [at]);
  }
  return positions;
}

const looseName = (name: string) => name.trim().toLowerCase();
