/** Files on their way from the scoring thread: the length of the list, the list as JSON, and the bytes of each file. */
type FileList = readonly (readonly [name: string, sizeBytes: number])[];

const lengthBytes = 4;

/** Packs files into one array, which owns all of its buffer. */
export function packFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const list: FileList = [...files].map(([name, bytes]) => [name, bytes.length]);
  const head = new TextEncoder().encode(JSON.stringify(list));
  const sizeBytes = list.reduce((sum, [, size]) => sum + size, lengthBytes + head.length);
  const packed = new Uint8Array(sizeBytes);
  new DataView(packed.buffer).setUint32(0, head.length);
  packed.set(head, lengthBytes);
  let at = lengthBytes + head.length;
  for (const bytes of files.values()) {
    packed.set(bytes, at);
    at += bytes.length;
  }
  return packed;
}

/** The files that `packFiles` packed, as views of the same buffer. */
export function unpackFiles(packed: Uint8Array): Map<string, Uint8Array> {
  const headBytes = new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  let at = lengthBytes + headBytes;
  const list = JSON.parse(new TextDecoder().decode(packed.subarray(lengthBytes, at))) as FileList;
  const files = new Map<string, Uint8Array>();
  for (const [name, sizeBytes] of list) {
    files.set(name, packed.subarray(at, at + sizeBytes));
    at += sizeBytes;
  }
  return files;
}
