import { bindColumns } from '../bindColumns.js';

/** Places in the header of columns that may be read. */
export interface WantedPlaces {
  /** What the wanted names are bound to together. */
  readonly bound: ReadonlySet<number>;
  /** Those, and what a reader that wants but some of the names may bind them to. */
  readonly possible: ReadonlySet<number>;
}

/** The columns that a slice is planned for; names are bound once more, in several lists, when it is read. */
export function wantedPlaces(header: readonly string[], wanted: readonly string[]): WantedPlaces {
  const bound = new Set(bindColumns(header, wanted).filter((at) => at >= 0));
  const exact = new Set(header);
  const loose = new Set(wanted.filter((name) => !exact.has(name)).map(looseName));
  const possible = new Set(bound);
  header.forEach((name, at) => {
    if (loose.has(looseName(name))) possible.add(at);
  });
  return { bound, possible };
}

/** As `bindColumns` compares names that do not match exactly. */
const looseName = (name: string) => name.trim().toLowerCase();
