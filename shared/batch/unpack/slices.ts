import { setImmediate } from 'node:timers/promises';

/** What is worked on at once: well under a millisecond for each step. */
const sliceBytes = 256 * 1024;

/** The bytes from `skipBytes` on in slices, between which other work of this thread gets its turn. */
export async function* slices(
  source: AsyncIterable<Uint8Array>,
  skipBytes: number,
  maxBytes: number = sliceBytes,
): AsyncGenerator<Uint8Array> {
  let toSkip = skipBytes;
  let sinceTurn = 0;
  for await (const chunk of source) {
    for (let at = toSkip; at < chunk.length; at += maxBytes) {
      const slice = chunk.subarray(at, at + maxBytes);
      sinceTurn += slice.length;
      if (sinceTurn >= maxBytes) {
        await setImmediate();
        sinceTurn = 0;
      }
      yield slice;
    }
    toSkip = Math.max(0, toSkip - chunk.length);
  }
}
