import type { ChunkExtent } from './chunkExtent.js';
import type { ChunkMetadata } from './chunkMetadata.js';
import type { PageBudget, PagePlaces } from './pagePlaces.js';
import { ParquetFault } from './parquetFault.js';
import { readExactly, type ReadBytes } from './readFooterBytes.js';
import { rest, restAfter } from './rest.js';
import { ThriftReader } from './thriftReader.js';

const mostIndexBytes = 16 * 2 ** 20;

/** The pages of a chunk by its offset index. Throws ParquetFaults, and what `read` throws. */
export async function readOffsetIndex(
  read: ReadBytes,
  { indexOffset, indexBytes }: ChunkMetadata,
  { start, end }: ChunkExtent,
  rows: number,
  budget: PageBudget,
): Promise<PagePlaces> {
  if (indexOffset < 4 || indexBytes > mostIndexBytes) {
    throw new ParquetFault(`its offset index of ${indexBytes} bytes at ${indexOffset} cannot be right`);
  }
  const reader = new ThriftReader(await readExactly(read, indexOffset, indexOffset + indexBytes));
  const pages: number[] = [];
  let last = { end: start, row: -1 };
  const field = { id: 0, type: 0 };
  while (reader.next(field)) {
    if (field.id !== 1) {
      reader.skip(field.type);
      continue;
    }
    const { size } = reader.list();
    budget.left -= size;
    if (budget.left < 0) throw new ParquetFault('the file has too many pages');
    for (let i = 0; i < size; i++) {
      const page = readLocation(reader);
      const isInOrder = page.offset >= last.end && page.row > last.row && (i > 0 || page.row === 0);
      if (!isInOrder || page.length < 0 || page.offset + page.length > end || page.row >= rows) {
        throw new ParquetFault(`page ${i} of its offset index is out of place`);
      }
      pages.push(page.offset, page.length, page.row);
      last = { end: page.offset + page.length, row: page.row };
      if (reader.steps > restAfter) await rest(reader);
    }
  }
  if (pages.length === 0) throw new ParquetFault('its offset index has no pages');
  // the index does not tell how its pages are encoded
  return { headEnd: pages[0] as number, dictionaryEnd: rows, pages };
}

function readLocation(reader: ThriftReader): {
  readonly offset: number;
  readonly length: number;
  readonly row: number;
} {
  let offset = -1;
  let length = -1;
  let row = -1;
  reader.struct(({ id }) => {
    if (id === 1) offset = reader.integer();
    else if (id === 2) length = reader.integer();
    else if (id === 3) row = reader.integer();
    else return false;
    return true;
  });
  return { offset, length, row };
}
