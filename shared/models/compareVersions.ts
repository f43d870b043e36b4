const numeric = new Intl.Collator('en', { numeric: true });

/** Orders versions from old to new: numbers by value (1.9 before 1.10), a pre-release before its release. */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = split(a);
  const [coreB, preB] = split(b);
  const byCore = numeric.compare(coreA, coreB);
  if (byCore !== 0) return byCore;
  if (preA === '' || preB === '') return (preA === '' ? 1 : 0) - (preB === '' ? 1 : 0);
  return numeric.compare(preA, preB);
}

function split(version: string): [core: string, preRelease: string] {
  const dash = version.indexOf('-');
  return dash < 0 ? [version, ''] : [version.slice(0, dash), version.slice(dash + 1)];
}
