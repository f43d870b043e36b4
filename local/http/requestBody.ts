import type { IncomingMessage } from 'node:http';
import { freeBuffers } from './freeBuffers.js';

// A body may take long as a whole (see server.ts), but not stand still.
const STALL_MS = 30_000;
const DISCARD_MS = 1_000;
const LARGE_BYTES = 1_048_576;

/**
 * All bytes of a body, undefined when the caller went away, 'too long' beyond `maxBytes`. A large one whose length is
 * known goes into one buffer as it comes, instead of being there twice at its end.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes = Infinity,
  contentLength = 0,
): Promise<Buffer | undefined | 'too long'> {
  return new Promise((resolve) => {
    // The caller may have left while the request waited for its turn: 'close' does not come again.
    if (request.destroyed) resolve(undefined);
    const whole =
      contentLength > LARGE_BYTES && contentLength <= maxBytes
        ? Buffer.allocUnsafeSlow(contentLength)
        : undefined;
    const parts: Buffer[] = [];
    let bytes = 0;
    const { socket } = request;
    socket.setTimeout(STALL_MS);
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (whole) {
        whole.set(part, bytes - part.length);
        freeBuffers(part.length);
      } else if (bytes <= maxBytes) {
        parts.push(part);
      } else {
        parts.length = 0;
        resolve('too long');
      }
    });
    request.on('end', () => {
      // An answer to an earlier request, still on its way, is watched by the same time-out.
      if (socket.writableLength === 0) socket.setTimeout(0);
      // Small bodies come in one piece, which needs no copy. The HTTP parser has counted those of a known length.
      resolve(whole ?? (parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    });
    request.on('close', () => {
      resolve(undefined);
    });
  });
}

/**
 * Reads a body that nobody wants, for a second at most, so that the caller who is still sending can read the
 * answer. Gives the number of bytes; a body that goes on after that ends with the connection.
 */
export function discardBody(request: IncomingMessage): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    const done = (): void => {
      clearTimeout(timer);
      resolve(bytes);
    };
    const timer = setTimeout(done, DISCARD_MS);
    if (request.destroyed) done();
    request.on('data', (part: Buffer) => (bytes += part.length));
    request.on('end', done);
    request.on('close', done);
  });
}
