import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const FREE_EVERY_BYTES = 4_194_304;

let collectYoung: (() => void) | undefined;
let sinceBytes = 0;

/**
 * Counts bytes that came in by small buffers which nobody holds any more, and frees these from time to time: a socket has
 * a buffer of 64 KiB outside of the heap for every read, and V8 lets as much as a large body of them come together.
 */
export function freeBuffers(bytes: number): void {
  sinceBytes += bytes;
  if (sinceBytes < FREE_EVERY_BYTES) return;
  sinceBytes = 0;
  collectYoung ??= youngCollector();
  collectYoung();
}

/** What `--expose-gc` gives, without the flag; does nothing where V8 has no such thing. */
function youngCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  if (typeof collect !== 'function') return () => undefined;
  return () => {
    (collect as (options: object) => void)({ type: 'minor' });
  };
}
