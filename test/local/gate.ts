import type { TestContext } from 'node:test';

/** A point that functions of a test app reach, and pass when the test says so. */
interface Gate {
  /** Settles when the first function is there. */
  readonly entered: Promise<unknown>;
  readonly entries: () => number;
  open(): void;
}

interface Shared {
  testGate?: { enter(): Promise<unknown> };
}

/** A function at `/gated` that waits at the gate, whatever method it is called with. */
export const GATED = `app.http('gated', { methods: ['GET', 'POST'], route: 'gated',
  handler: async () => { await globalThis.testGate.enter(); return { body: 'passed' }; } });`;

/** host.json with limits on the requests that run and on those that run or wait. */
export function limits(maxConcurrentRequests: number, maxOutstandingRequests = -1): object {
  return { extensions: { http: { routePrefix: '', maxConcurrentRequests, maxOutstandingRequests } } };
}

/** Puts a closed gate in place until the test ends, when it opens for all who still wait. */
export function makeGate(t: TestContext): Gate {
  const entered = Promise.withResolvers<undefined>();
  const opened = Promise.withResolvers<undefined>();
  let count = 0;
  (globalThis as Shared).testGate = {
    enter: () => {
      count += 1;
      entered.resolve(undefined);
      return opened.promise;
    },
  };
  const open = (): void => {
    opened.resolve(undefined);
  };
  t.after(open);
  return { entered: entered.promise, entries: () => count, open };
}
