import type { ByteSink } from '../write/byteSink.js';

/** Longer ones are worth a view and a call into native code. */
const fewBytes = 64;

/** Appends bytes [start, end) of `source`, which are mostly few. */
export function appendBytes(sink: ByteSink, source: Uint8Array, start: number, end: number): void {
  if (end - start > fewBytes) {
    sink.slice(source, start, end);
    return;
  }
  sink.reserve(end - start);
  const { bytes } = sink;
  let to = sink.length;
  for (let at = start; at < end; at++) bytes[to++] = source[at] as number;
  sink.length = to;
}
