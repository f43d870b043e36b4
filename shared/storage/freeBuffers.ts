import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes after which the buffers that held them are freed. */
const freeEveryBytes = 4 * 2 ** 20;

let collectYoung: (() => void) | undefined;
let sinceBytes = 0;

/**
 * Counts bytes that came in by small buffers which nobody holds any more, and frees these from time to time. A socket has
 * a buffer of 64 KiB outside of the heap for every read; V8 counts them as pressure and answers with a full collection of
 * 20 to 50 ms for every 30 MB or so, on the thread that takes the requests. A collection of the young generation, where
 * all of them still are, takes 1 ms.
 */
export function freeBuffers(bytes: number): void {
  sinceBytes += bytes;
  if (sinceBytes < freeEveryBytes) return;
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
