const PING = /^\/admin\/host\/ping\/?$/i;
const WITH_KEY =
  /^\/admin\/(?:host\/(?:status|keys|systemkeys|functionkeys)|functions(?:\/[^/]+(?:\/(?:keys|status))?)?)\/?$/i;

export interface HostAnswer {
  readonly status: number;
  readonly headers: readonly string[];
}

const NOT_FOUND: HostAnswer = { status: 404, headers: [] };
const UNAUTHORIZED: HostAnswer = { status: 401, headers: ['WWW-Authenticate', 'Bearer'] };
const ALIVE: HostAnswer = {
  status: 200,
  headers: ['Cache-Control', 'no-store,no-cache', 'Pragma', 'no-cache'],
};

/** Whether a path belongs to the host itself, whatever the functions' routes are. */
export function isHostPath(path: string): boolean {
  return /^\/(?:admin|runtime)(?:\/|$)/i.test(path);
}

/**
 * The host's own endpoints for a caller without a key (functions-host.md 2.2, 2.6). There is no key store,
 * so every key is a wrong one.
 */
export function answerHostPath(method: string, path: string): HostAnswer {
  if (PING.test(path) && (method === 'GET' || method === 'POST')) return ALIVE;
  return WITH_KEY.test(path) ? UNAUTHORIZED : NOT_FOUND;
}
