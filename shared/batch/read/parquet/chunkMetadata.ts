import { ParquetFault } from './parquetFault.js';
import type { ThriftReader } from './thriftReader.js';

/** A column chunk as the footer describes it; nothing is checked against the file. */
export interface ChunkMetadata {
  /** Number of the physical type. */
  readonly type: number;
  /** Number of the codec. */
  readonly codec: number;
  /** One bit per encoding, by its number. */
  readonly encodings: number;
  readonly values: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly dataOffset: number;
  /** 0: there is none, or it stands at `dataOffset`. */
  readonly dictionaryOffset: number;
  readonly indexOffset: number;
  /** 0: there is no offset index. */
  readonly indexBytes: number;
  /** Why it cannot be read. */
  readonly refused?: string;
}

/** Reads a ColumnChunk. Throws a ParquetFault. */
export function readChunkMetadata(reader: ThriftReader): ChunkMetadata {
  const chunk = {
    type: -1,
    codec: -1,
    encodings: 0,
    values: -1,
    uncompressedBytes: -1,
    compressedBytes: -1,
    dataOffset: -1,
    dictionaryOffset: 0,
    indexOffset: 0,
    indexBytes: 0,
  };
  let refused: string | undefined;
  reader.struct(({ id }) => {
    if (id === 3) {
      readMetadata(reader, chunk);
      return true;
    }
    if (id === 4) chunk.indexOffset = reader.integer();
    else if (id === 5) chunk.indexBytes = reader.integer();
    else {
      if (id === 1) refused = 'it lies in another file';
      if (id === 8 || id === 9) refused = 'it is encrypted';
      return false;
    }
    return true;
  });
  const sizes = [chunk.type, chunk.codec, chunk.values, chunk.uncompressedBytes, chunk.compressedBytes];
  if (refused === undefined && Math.min(...sizes, chunk.dataOffset) < 0) {
    throw new ParquetFault('a column chunk lacks a size or has a negative one');
  }
  return refused === undefined ? chunk : { ...chunk, refused };
}

function readMetadata(
  reader: ThriftReader,
  chunk: { -readonly [K in keyof ChunkMetadata]: ChunkMetadata[K] },
): void {
  reader.struct(({ id }) => {
    if (id === 1) chunk.type = reader.integer();
    else if (id === 2) {
      const { size } = reader.list();
      for (let i = 0; i < size; i++) chunk.encodings |= 1 << reader.integer();
    } else if (id === 4) chunk.codec = reader.integer();
    else if (id === 5) chunk.values = reader.integer();
    else if (id === 6) chunk.uncompressedBytes = reader.integer();
    else if (id === 7) chunk.compressedBytes = reader.integer();
    else if (id === 9) chunk.dataOffset = reader.integer();
    else if (id === 11) chunk.dictionaryOffset = reader.integer();
    else return false;
    return true;
  });
}
