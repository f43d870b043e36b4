import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  /** Path in the archive. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Sums are computed on the main thread, so much at a time. */
const sliceBytes = 64 * 1024;

/** What yazl makes is a stream of Node, of which its types tell only half. */
type Output = NodeJS.ReadableStream & Pick<Readable, 'destroy' | 'destroyed'>;

/**
 * The bytes of an archive with these files, in their order. The next file is asked for when the bytes of the one before
 * it are on their way, so that memory does not grow with the number of files; a consumer that stops early ends `entries`.
 */
export async function* zipStream(
  entries: AsyncIterable<ZipEntry>,
  writtenMs: number,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Output;
  zip.on('error', (error: Error) => output.destroy(error));
  const fed = feed(zip, output, entries, new Date(writtenMs)).catch((error: unknown) => {
    output.destroy(error as Error);
  });
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    output.destroy();
    await fed;
  }
}

async function feed(
  zip: ZipFile,
  output: Output,
  entries: AsyncIterable<ZipEntry>,
  mtime: Date,
): Promise<void> {
  let goOn: (() => void) | undefined;
  output.once('close', () => goOn?.());
  for await (const { name, bytes } of entries) {
    const source = sourceOf(bytes);
    const isRead = new Promise<void>((resolve) => {
      goOn = resolve;
      source.once('end', resolve);
    });
    // images are packed already
    zip.addReadStream(source, name, { mtime, compress: !name.endsWith('.png') });
    if (!output.destroyed) await isRead;
    if (output.destroyed) return;
  }
  zip.end();
}

/** Lets go of the bytes as they are read: yazl keeps every source until the archive ends. */
function sourceOf(bytes: Uint8Array): Readable {
  const slices: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += sliceBytes) slices.push(bytes.subarray(at, at + sliceBytes));
  return new Readable({
    read() {
      this.push(slices.shift() ?? null);
    },
  });
}
