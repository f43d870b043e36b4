/** JSON with the keys of all objects in order, so that equal values give equal texts. For plain values of our own. */
export function canonicalJson(value: unknown): string {
  // a job can name ten thousand blobs: quick for texts
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`);
  return `{${entries.join(',')}}`;
}
