import zlib from 'node:zlib';
import { decodeLz4Block, decodeLz4Frames } from './lz4Block.js';
import { mostPageBytes } from './pageHeader.js';
import { ParquetFault } from './parquetFault.js';
import type { Codec } from './parquetFooter.js';

/** Gives the `size` bytes that were compressed, or others where the data is damaged. */
type Decompress = (bytes: Uint8Array, size: number) => Uint8Array;

/** Decompresses pages. Throws ParquetFaults. */
export type PageDecompressor = (codec: Codec, bytes: Uint8Array, size: number) => Uint8Array;

/** Loads the codecs that Node does not have itself. */
export async function loadDecompressor(): Promise<PageDecompressor> {
  const { compressors } = await import('hyparquet-compressors');
  const snappy = compressors.SNAPPY as Decompress;
  const byCodec: Partial<Record<Codec, Decompress>> = {
    UNCOMPRESSED: (bytes) => bytes,
    SNAPPY: (bytes, size) => {
      if (snappyLength(bytes) !== size)
        throw new ParquetFault('the size of a page is not that of its header');
      return snappy(bytes, size);
    },
    GZIP: (bytes, size) => zlib.unzipSync(bytes, zlibOptions(bytes, size)),
    BROTLI: (bytes, size) => zlib.brotliDecompressSync(bytes, zlibOptions(bytes, size)),
    // Node 20 and the first releases of 22 have none: what else decodes it cannot be held to a size
    ...('zstdDecompressSync' in zlib
      ? { ZSTD: (bytes, size) => zlib.zstdDecompressSync(bytes, zlibOptions(bytes, size)) }
      : {}),
    LZ4: decodeLz4Frames,
    LZ4_RAW: decodeLz4Block,
  };
  return (codec, bytes, size) => {
    if (size > mostPageBytes)
      throw new ParquetFault(`a page has ${size} bytes, expected at most ${mostPageBytes}`);
    if (size === 0) return new Uint8Array();
    const page = run(byCodec[codec], codec, bytes, size);
    if (page.length !== size)
      throw new ParquetFault(`a page has ${page.length} bytes, its header says ${size}`);
    return page;
  };
}

function run(decompress: Decompress | undefined, codec: Codec, bytes: Uint8Array, size: number): Uint8Array {
  if (!decompress) throw new ParquetFault(`codec ${codec} is not supported by Node ${process.versions.node}`);
  try {
    return decompress(bytes, size);
  } catch (error) {
    if (error instanceof ParquetFault) throw error;
    throw new ParquetFault(`${codec} data is damaged`);
  }
}

/** Never more than the header says, and no more at once than such data is likely to give. */
function zlibOptions(bytes: Uint8Array, size: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: size, chunkSize: Math.max(1024, Math.min(size + 1, 16 * bytes.length)) };
}

/** Length that snappy data claims to have. */
function snappyLength(bytes: Uint8Array): number {
  let length = 0;
  for (let i = 0, weight = 1; i < 5; i++, weight *= 128) {
    const byte = bytes[i] ?? 0;
    length += (byte & 0x7f) * weight;
    if (byte < 0x80) break;
  }
  return length;
}
