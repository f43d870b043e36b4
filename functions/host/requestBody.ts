import type { HttpRequest } from '@azure/functions';

/** Larger ones are not copied once more. */
const largeBytes = 2 ** 20;

/**
 * All bytes of a request. The library has them in memory; its `arrayBuffer` copies them, which for a large body is as
 * much memory again, while its stream hands over what it has.
 */
export async function bodyOf(request: HttpRequest): Promise<Uint8Array> {
  const isLarge = Number(request.headers.get('content-length') ?? 0) > largeBytes;
  if (!isLarge || !request.body) return new Uint8Array(await request.arrayBuffer());
  const pieces: Uint8Array[] = [];
  for await (const piece of request.body as AsyncIterable<Uint8Array>) pieces.push(piece);
  const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength);
}
