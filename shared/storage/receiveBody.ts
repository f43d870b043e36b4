import { TryEnded } from './storageFault.js';
import type { Try } from './tries.js';

/**
 * Takes the body of an answer chunk by chunk. Rejects when it breaks off. `take` must not throw; it gives false for
 * bytes too many. Nothing is given on when the try has ended.
 */
export function receiveBody(
  body: NodeJS.ReadableStream,
  one: Try,
  take: (chunk: Uint8Array) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Uint8Array) => {
      if (!one.signal.aborted && !take(chunk)) one.end(new TryEnded('the body is longer than announced'));
    });
    body.once('end', resolve);
    body.once('error', reject);
  });
}
