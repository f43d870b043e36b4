/**
 * Pieces of a stream whose memory is given back as soon as the next one is asked for: left to the collector, as much as a
 * large file would come together. The pieces must own their buffers, and nobody may keep them.
 */
export async function* releasing(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of pieces) {
    yield piece;
    piece.buffer.transfer(0);
  }
}
