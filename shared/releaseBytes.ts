/**
 * Gives the memory of an array back at once instead of when the collector comes by; the array is empty then. For large
 * arrays whose owner is done with them: V8 does not know how much memory hangs on them until it looks.
 */
export function releaseBytes(bytes: Uint8Array<ArrayBuffer>): void {
  // a view of something larger, such as the pool of small Buffers, is not his alone
  if (bytes.byteLength === bytes.buffer.byteLength) bytes.buffer.transfer(0);
}
