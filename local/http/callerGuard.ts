import type { RequestHead } from './requestHead.js';

/**
 * Whether a request comes under the name of another host, as after DNS rebinding, or from a web page of another
 * site. `allowedHosts` holds host names in lower case, without ports; a request without a Host names none.
 */
export function isForeign({ host, headers }: RequestHead, allowedHosts: readonly string[]): boolean {
  const allowed = (name: string): boolean => allowedHosts.some((one) => bare(one) === bare(name));
  if (host !== undefined && !allowed(host.toLowerCase().replace(/:\d*$/, ''))) return true;
  const { origin } = headers;
  // Origin is "null" for a page without a place of its own, which is no host either.
  if (origin !== undefined && !(URL.canParse(origin) && allowed(new URL(origin).hostname))) return true;
  return headers['sec-fetch-site'] === 'cross-site';
}

/** An IPv6 address stands in brackets in a header, and may stand without them in a list of names. */
function bare(name: string): string {
  return name.replaceAll(/^\[|\]$/g, '');
}
