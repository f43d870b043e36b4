import { shownName } from '../../../errors/shownName.js';
import { JobFailure } from '../../jobFailure.js';
import { chunkExtent, type ChunkExtent } from './chunkExtent.js';
import type { ChunkMetadata } from './chunkMetadata.js';
import type { GroupWeight } from './cutRowGroup.js';
import { ParquetFault } from './parquetFault.js';
import { codecs, physicals, type Codec, type ParquetColumn } from './parquetFooter.js';
import type { GroupMetadata } from './readFileMetadata.js';

export interface PlannedChunk {
  readonly metadata: ChunkMetadata;
  readonly extent: ChunkExtent;
  readonly codec: Codec;
}

/** A row group whose sizes and places were checked. */
export interface PlannedGroup extends GroupWeight {
  readonly chunks: readonly PlannedChunk[];
}

export interface GroupLimits {
  readonly footerOffset: number;
  /** Uncompressed. */
  readonly maxBytes: number;
}

/** Bytes that the smallest value takes when it is decoded. */
const valueBytes = 8;

/**
 * Checks a row group, whose chunks are those of `columns`, before anything of it is read. Throws a JobFailure
 * JOB_INPUT_TOO_LARGE and ParquetFaults.
 */
export function checkedGroup(
  rowGroup: number,
  { rows, sizeBytes, chunks }: GroupMetadata,
  columns: readonly ParquetColumn[],
  { footerOffset, maxBytes }: GroupLimits,
): PlannedGroup {
  const uncompressed = chunks.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0);
  const compressed = chunks.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
  const largest = Math.max(sizeBytes, uncompressed, compressed);
  if (largest > maxBytes) {
    const message = `row group ${rowGroup} has ${largest} bytes uncompressed, expected at most ${maxBytes}`;
    throw new JobFailure('JOB_INPUT_TOO_LARGE', message);
  }
  const mostRows = Math.floor(maxBytes / valueBytes);
  if (rows > mostRows) {
    throw new JobFailure(
      'JOB_INPUT_TOO_LARGE',
      `row group ${rowGroup} has ${rows} rows, expected at most ${mostRows}`,
    );
  }
  const planned = chunks.map((metadata, i) => {
    const column = columns[i] as ParquetColumn;
    try {
      return checkedChunk(metadata, column, rows, footerOffset);
    } catch (error) {
      if (!(error instanceof ParquetFault)) throw error;
      throw new ParquetFault(`row group ${rowGroup}, column '${shownName(column.name)}': ${error.message}`);
    }
  });
  return {
    rows,
    chunks: planned,
    compressedBytes: compressed,
    decodedBytes: chunks.reduce(
      (sum, chunk) => sum + Math.max(chunk.uncompressedBytes, rows * valueBytes),
      0,
    ),
  };
}

function checkedChunk(
  metadata: ChunkMetadata,
  { physical }: ParquetColumn,
  rows: number,
  footerOffset: number,
): PlannedChunk {
  if (metadata.refused !== undefined) throw new ParquetFault(metadata.refused);
  if (physicals[metadata.type] !== physical)
    throw new ParquetFault(`its type is not ${physical}, as the schema says`);
  if (metadata.values !== rows) throw new ParquetFault(`it has ${metadata.values} values for ${rows} rows`);
  const codec = codecs[metadata.codec];
  if (codec === undefined || codec === 'LZO') {
    throw new ParquetFault(`its codec ${codec ?? metadata.codec} is not supported`);
  }
  // an empty chunk has no place
  const extent = rows === 0 ? { start: 4, end: 4 } : chunkExtent(metadata, footerOffset);
  return { metadata, extent, codec };
}
