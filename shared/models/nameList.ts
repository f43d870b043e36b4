const mostShown = 20;

/** Names for a message: quoted, the first twenty, then how many more there are. */
export function nameList(named: readonly { readonly name: string }[]): string {
  const shown = named.slice(0, mostShown).map(({ name }) => `'${name}'`);
  if (named.length > mostShown) shown.push(`and ${named.length - mostShown} more`);
  return shown.join(', ');
}
