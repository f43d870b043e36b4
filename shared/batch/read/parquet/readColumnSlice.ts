import type { PageDecompressor } from './decompressPage.js';
import { ColumnSlice } from './columnSlice.js';
import { openPageValues } from './openPageValues.js';
import { readPageHeader, type PageHeader } from './pageHeader.js';
import type { PageValues } from './pageValues.js';
import { ParquetFault } from './parquetFault.js';
import type { ChunkPages, ParquetColumn } from './parquetFooter.js';
import { RunLengths } from './runLengths.js';
import type { RangeBytes } from './rangeBytes.js';
import { headOf, stretchesOf, type Stretch } from './chunkStretches.js';
import { allocateValues, numberWidth, type ValueArray } from './valueArray.js';

const mostDictionaryValues = 2 ** 22;

export interface ColumnRequest {
  readonly column: ParquetColumn;
  readonly chunk: ChunkPages;
  /** Rows of the row group. */
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly ranges: RangeBytes;
  readonly decompress: PageDecompressor;
}

/** Decodes rows [from, to) of a column chunk. Nothing is made of the rows around them. Throws ParquetFaults. */
export function readColumnSlice(request: ColumnRequest): ColumnSlice {
  const { column, chunk, rows, from, to, ranges } = request;
  const reading = new ChunkReading(request);
  const head = headOf(chunk, from);
  if (head) reading.stretch(ranges.view(head), { first: 0, end: 0 });
  const stretches = stretchesOf(chunk, rows, from, to);
  let next = from;
  for (const { range, first, end } of stretches) {
    if (first > next) break;
    reading.stretch(ranges.view(range), { first, end });
    next = end;
  }
  if (next < to) throw new ParquetFault(`no page of column '${column.name}' has row ${next}`);
  return reading.slice;
}

class ChunkReading {
  readonly slice: ColumnSlice;
  readonly #request: ColumnRequest;
  #dictionary: ValueArray | undefined;

  constructor(request: ColumnRequest) {
    this.#request = request;
    this.slice = new ColumnSlice(request.column, request.to - request.from);
  }

  /** Reads pages one behind the other, which hold the rows [first, end). */
  stretch(bytes: Uint8Array, { first, end }: Pick<Stretch, 'first' | 'end'>): void {
    let row = first;
    let at = 0;
    // a stretch without rows is the head of the chunk, read for its dictionary
    while (first === end ? at < bytes.length : row < Math.min(end, this.#request.to)) {
      const header = readPageHeader(bytes, at);
      at += header.headerBytes;
      if (header.compressedBytes > bytes.length - at)
        throw new ParquetFault('a page is longer than its place');
      const page = bytes.subarray(at, at + header.compressedBytes);
      at += header.compressedBytes;
      if (header.kind === 'dictionary') this.#readDictionary(header, page);
      else if (header.kind !== 'index') {
        if (header.values > end - row)
          throw new ParquetFault('its pages have more values than the row group has rows');
        this.#readData(header, page, row);
        row += header.values;
      }
    }
  }

  #readDictionary(header: PageHeader, page: Uint8Array): void {
    const { column, chunk, decompress } = this.#request;
    if (this.#dictionary) throw new ParquetFault('there is a second dictionary');
    if (header.encoding !== 'PLAIN' && header.encoding !== 'PLAIN_DICTIONARY') {
      throw new ParquetFault(`its dictionary is encoded as ${header.encoding}`);
    }
    const bytes = decompress(chunk.codec, page, header.uncompressedBytes);
    if (header.values > Math.min(mostDictionaryValues, bytes.length / leastWidth(column))) {
      throw new ParquetFault(`its dictionary of ${bytes.length} bytes has ${header.values} values`);
    }
    const dictionary = allocateValues(column.physical, header.values);
    openPageValues(column, 'PLAIN', bytes, undefined).take(header.values, dictionary, 0);
    this.#dictionary = dictionary;
  }

  /** Takes what the slice needs of a page that begins at `row` of the row group. */
  #readData(header: PageHeader, page: Uint8Array, row: number): void {
    const { column, from, to } = this.#request;
    const skipped = Math.max(0, from - row);
    const count = Math.min(to, row + header.values) - row - skipped;
    if (count <= 0) return;
    const at = row + skipped - from;
    const { values: out, present } = this.slice;
    const { levels, values } = this.#openData(header, page);
    if (!present) {
      const opened = openPageValues(column, header.encoding, values, this.#dictionary);
      opened.skip(skipped);
      opened.take(count, out, at);
      return;
    }
    const runs = new RunLengths(levels, 0, 1);
    const skippedValues = runs.count(skipped);
    runs.fill(present, at, at + count);
    let found = 0;
    for (let i = at; i < at + count; i++) found += present[i] as number;
    // a page of nulls alone may have no values section at all
    if (found === 0) return;
    const opened = openPageValues(column, header.encoding, values, this.#dictionary);
    opened.skip(skippedValues);
    spread(opened, found, out, present, at, count);
  }

  #openData(
    header: PageHeader,
    page: Uint8Array,
  ): { readonly levels: Uint8Array; readonly values: Uint8Array } {
    const { column, chunk, decompress } = this.#request;
    const { uncompressedBytes, repetitionBytes, definitionBytes } = header;
    if (header.kind === 'dataV2') {
      const levelsEnd = repetitionBytes + definitionBytes;
      if (levelsEnd > page.length || levelsEnd > uncompressedBytes)
        throw new ParquetFault('levels do not fit their page');
      const codec = header.isCompressed ? chunk.codec : 'UNCOMPRESSED';
      return {
        levels: page.subarray(repetitionBytes, levelsEnd),
        values: decompress(codec, page.subarray(levelsEnd), uncompressedBytes - levelsEnd),
      };
    }
    const bytes = decompress(chunk.codec, page, uncompressedBytes);
    if (!column.optional) return { levels: bytes.subarray(0, 0), values: bytes };
    if (header.levelEncoding !== 'RLE')
      throw new ParquetFault(`its levels are encoded as ${header.levelEncoding}`);
    if (bytes.length < 4) throw new ParquetFault('a page is shorter than its levels');
    const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (end > bytes.length) throw new ParquetFault('a page is shorter than its levels');
    return { levels: bytes.subarray(4, end), values: bytes.subarray(end) };
  }
}

/** Takes values and moves them to the rows that have one, from the last on so that none is overwritten. */
function spread(
  values: PageValues,
  found: number,
  out: ValueArray,
  present: Uint8Array,
  at: number,
  count: number,
): void {
  values.take(found, out, at);
  if (found === count) return;
  const cells = out as unknown[];
  for (let i = at + count - 1, last = at + found - 1; i >= at && last < i; i--) {
    if (present[i] === 1) cells[i] = cells[last--];
  }
}

/** Bytes that a value of a dictionary takes at least. */
function leastWidth({ physical, typeLength = 1 }: ParquetColumn): number {
  if (physical === 'INT96') return 12;
  return numberWidth(physical) ?? (physical === 'BYTE_ARRAY' ? 4 : typeLength);
}
