/** A place where an answer differs from the recorded one, with both values in short. */
export interface Difference {
  readonly at: string;
  readonly recorded: string;
  readonly ours: string;
}

/** Reads what the kit's diff.js prints: the differences by the id of the case. */
export function parseDifferences(printed: string): ReadonlyMap<string, readonly Difference[]> {
  const found = new Map<string, Difference[]>();
  const lines = printed.split('\n');
  let current: Difference[] = [];
  for (const [index, line] of lines.entries()) {
    const head = /^(\S+) {2}\(.*\) {2}\d+ differences?$/.exec(line);
    if (head?.[1] !== undefined) {
      current = [];
      found.set(head[1], current);
      continue;
    }
    const [recorded, ours] = [lines[index + 1], lines[index + 2]];
    if (!/^ {3}\S/.test(line) || !recorded?.startsWith('     - ') || !ours?.startsWith('     + ')) continue;
    current.push({ at: line.trim(), recorded: recorded.slice(7), ours: ours.slice(7) });
  }
  return found;
}
