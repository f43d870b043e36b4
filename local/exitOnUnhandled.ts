import { HostFault } from './hostFault.js';
import type { HostLog } from './log.js';

/**
 * Ends the process with code 1 at the first uncaught exception or unhandled rejection
 * (functions-host.md 4.13/15): the real worker does, and its host gives up at the third.
 */
export function exitOnUnhandled(log: HostLog): void {
  const end = (kind: string) => (cause: unknown) => {
    const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const text = cause instanceof HostFault ? cause.message : `${kind}, the process ends: ${stack}`;
    log.log('critical', 'Host', text);
    process.exit(1);
  };
  process.on('uncaughtException', end('Uncaught exception'));
  process.on('unhandledRejection', end('Unhandled rejection'));
}
