/** Printable ASCII, as Azure ML and our own log lines take it (contracts/open-protocols.md 6.2). */
const usable = /^[\x21-\x7e]{1,100}$/;

/** The caller's request id when it can go into headers and logs, else a new one. */
export function requestIdOf(given: string | undefined, newId: () => string): string {
  return given !== undefined && usable.test(given) ? given : newId();
}
