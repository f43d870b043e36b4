import type { HostLog } from './log.js';

/**
 * Ends the process with code 1 at the first uncaught exception or unhandled rejection
 * (functions-host.md 4.13/15): the real worker does, and its host gives up at the third.
 */
export function exitOnUnhandled(log: HostLog): void {
  const end = (kind: string) => (cause: unknown) => {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    log.log('critical', 'Host', `${kind}, the process ends: ${text}`);
    process.exit(1);
  };
  process.on('uncaughtException', end('Uncaught exception'));
  process.on('unhandledRejection', end('Unhandled rejection'));
}
