import { setImmediate } from 'node:timers/promises';
import type { ChunkExtent } from './chunkExtent.js';
import type { PageBudget, PagePlaces } from './pagePlaces.js';
import { readPageHeader, type PageHeader } from './pageHeader.js';
import { ParquetFault } from './parquetFault.js';
import { readExactly, type ReadBytes } from './readFooterBytes.js';

/** Pages below this are read through, since a request costs more than their bytes. */
const smallPageBytes = 64 * 1024;

const windowSizes = { first: 16 * 1024, header: 4 * 1024, through: 512 * 1024, most: 2 ** 20 };

/** Pages between two turns of the event loop. */
const pagesPerTurn = 1000;

/** The pages of a chunk by their headers, with few bytes read. Throws ParquetFaults, and what `read` throws. */
export async function walkPages(
  read: ReadBytes,
  { start, end }: ChunkExtent,
  rows: number,
  budget: PageBudget,
): Promise<PagePlaces> {
  const headers = new HeaderWindow(read, end);
  const pages: number[] = [];
  let headEnd = start;
  let dictionaryEnd = 0;
  let at = start;
  let row = 0;
  let lastBytes = 0;
  for (let count = 1; row < rows; count++) {
    if (--budget.left < 0) throw new ParquetFault('the file has too many pages');
    if (count % pagesPerTurn === 0) await setImmediate();
    const header = headers.inWindow(at) ?? (await headers.fetch(at, lastBytes));
    const next = at + header.headerBytes + header.compressedBytes;
    if (next > end) throw new ParquetFault(`the page at ${at} ends behind its column chunk`);
    if (header.kind === 'data' || header.kind === 'dataV2') {
      if (header.values > rows - row) throw new ParquetFault(`its pages have more than ${rows} values`);
      if (header.values > 0) pages.push(at, next - at, row);
      row += header.values;
      if (header.encoding.endsWith('_DICTIONARY')) dictionaryEnd = row;
    } else if (pages.length === 0) headEnd = next;
    lastBytes = next - at;
    at = next;
  }
  return { headEnd, dictionaryEnd, pages };
}

/** The bytes around the header that is read next. */
class HeaderWindow {
  readonly #read: ReadBytes;
  readonly #end: number;
  #bytes: Uint8Array = new Uint8Array();
  #from = 0;

  constructor(read: ReadBytes, end: number) {
    this.#read = read;
    this.#end = end;
  }

  /** The header at an offset, when its bytes are there. */
  inWindow(at: number): PageHeader | undefined {
    const start = at - this.#from;
    if (start < 0 || start >= this.#bytes.length) return undefined;
    try {
      return readPageHeader(this.#bytes, start);
    } catch (error) {
      if (error instanceof ParquetFault && error.needsMore) return undefined;
      throw error;
    }
  }

  async fetch(at: number, lastPageBytes: number): Promise<PageHeader> {
    const isFirst = this.#bytes.length === 0;
    let size = lastPageBytes < smallPageBytes ? windowSizes.through : windowSizes.header;
    if (isFirst) size = windowSizes.first;
    for (; ; size *= 8) {
      const to = Math.min(this.#end, at + size);
      this.#bytes = await readExactly(this.#read, at, to);
      this.#from = at;
      const header = this.inWindow(at);
      if (header) return header;
      if (to === this.#end || size >= windowSizes.most) {
        throw new ParquetFault(`the page header at ${at} has no end`);
      }
    }
  }
}
