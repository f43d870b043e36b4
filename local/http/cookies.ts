import type { Cookie } from '../core/coreTypes.js';

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const ATTRIBUTE = /^[\x20-\x3a\x3c-\x7e]*$/;

/** A Set-Cookie value in the order and spelling of the real host; `path=/` where none is given. */
export function setCookieHeader(cookie: Cookie): string {
  const domain = cookie.domain?.value;
  const path = cookie.path?.value ?? '/';
  if (!TOKEN.test(cookie.name)) throw new Error(`"${cookie.name}" is not a cookie name`);
  if (!ATTRIBUTE.test(domain ?? '') || !ATTRIBUTE.test(path)) {
    throw new Error(`domain or path of cookie "${cookie.name}" has a character that is not allowed`);
  }
  let text = `${cookie.name}=${escapeData(cookie.value)}`;
  if (cookie.expires !== undefined) {
    text += `; expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`;
  }
  if (cookie.maxAge !== undefined) text += `; max-age=${Math.trunc(cookie.maxAge.value)}`;
  if (domain !== undefined && domain !== '') text += `; domain=${domain}`;
  if (path !== '') text += `; path=${path}`;
  if (cookie.secure?.value === true) text += '; secure';
  if (cookie.sameSite !== 'none') {
    text += `; samesite=${cookie.sameSite === 'explicitNone' ? 'none' : cookie.sameSite}`;
  }
  if (cookie.httpOnly?.value === true) text += '; httponly';
  return text;
}

/** .NET escapes a few characters more than encodeURIComponent. */
function escapeData(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
