import { ParquetFault } from './parquetFault.js';
import { thriftType, ThriftReader } from './thriftReader.js';

/** By their numbers in parquet.thrift. */
const encodings = [
  'PLAIN',
  'GROUP_VAR_INT',
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
] as const;

export type Encoding = (typeof encodings)[number];

export interface PageHeader {
  /** `index` pages are passed over. */
  readonly kind: 'data' | 'dataV2' | 'dictionary' | 'index';
  /** Of the header itself; the page follows it. */
  readonly headerBytes: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** Values, nulls included: rows of a flat column. */
  readonly values: number;
  readonly encoding: Encoding;
  /** How definition levels are written in `data` pages. */
  readonly levelEncoding: Encoding;
  /** Of `dataV2` pages, before the values and never compressed. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  /** Whether the values of a `dataV2` page are compressed. */
  readonly isCompressed: boolean;
}

/** Most bytes of a page, uncompressed: it is held as a whole. */
export const mostPageBytes = 64 * 2 ** 20;

const kinds = ['data', 'index', 'dictionary', 'dataV2'] as const;

/** Reads the page header at `start`. Throws a ParquetFault, with `needsMore` where the bytes end within the header. */
export function readPageHeader(bytes: Uint8Array, start: number): PageHeader {
  const reader = new ThriftReader(bytes, start);
  let kind: PageHeader['kind'] | undefined;
  let uncompressedBytes = -1;
  let compressedBytes = -1;
  let values = 0;
  let rows: number | undefined;
  let encoding = 0;
  let levelEncoding = 3;
  let definitionBytes = 0;
  let repetitionBytes = 0;
  let isCompressed = true;
  reader.struct(({ id, type }) => {
    if (id === 1) kind = kinds[reader.integer()];
    else if (id === 2) uncompressedBytes = reader.integer();
    else if (id === 3) compressedBytes = reader.integer();
    else if ((id === 5 || id === 7) && type === thriftType.struct) {
      reader.struct((field) => {
        if (field.id === 1) values = reader.integer();
        else if (field.id === 2) encoding = reader.integer();
        else if (field.id === 3 && id === 5) levelEncoding = reader.integer();
        else return false;
        return true;
      });
    } else if (id === 8 && type === thriftType.struct) {
      reader.struct((field) => {
        if (field.id === 1) values = reader.integer();
        else if (field.id === 3) rows = reader.integer();
        else if (field.id === 4) encoding = reader.integer();
        else if (field.id === 5) definitionBytes = reader.integer();
        else if (field.id === 6) repetitionBytes = reader.integer();
        else {
          if (field.id === 7) isCompressed = field.type === thriftType.yes;
          return false;
        }
        return true;
      });
    } else return false;
    return true;
  });
  if (!kind) throw new ParquetFault('a page has no known type');
  if (Math.min(uncompressedBytes, compressedBytes, values, definitionBytes, repetitionBytes) < 0) {
    throw new ParquetFault('a page lacks a size or has a negative one');
  }
  if (rows !== undefined && rows !== values) {
    throw new ParquetFault(`a page has ${values} values for ${rows} rows`);
  }
  return {
    kind,
    headerBytes: reader.offset - start,
    compressedBytes,
    uncompressedBytes,
    values,
    encoding: encodings[encoding] ?? failEncoding(encoding),
    levelEncoding: encodings[levelEncoding] ?? failEncoding(levelEncoding),
    definitionBytes,
    repetitionBytes,
    isCompressed,
  };
}

function failEncoding(encoding: number): never {
  throw new ParquetFault(`there is no encoding ${encoding}`);
}
