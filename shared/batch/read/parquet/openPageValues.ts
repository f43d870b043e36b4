import { deltaByteValues, deltaLengthValues, deltaNumberValues } from './deltaValues.js';
import type { Encoding } from './pageHeader.js';
import {
  dictionaryValues,
  plainBooleans,
  plainBytes,
  plainFixed,
  plainNumbers,
  runLengthBooleans,
  splitBytes,
  type PageValues,
} from './pageValues.js';
import { ParquetFault } from './parquetFault.js';
import type { ParquetColumn } from './parquetFooter.js';
import { byteConverter } from './storedValue.js';
import { numberWidth, type ValueArray } from './valueArray.js';

/** The values of a page by their encoding. Throws a ParquetFault where the column cannot have it. */
export function openPageValues(
  column: ParquetColumn,
  encoding: Encoding,
  bytes: Uint8Array,
  dictionary: ValueArray | undefined,
): PageValues {
  const { physical } = column;
  switch (encoding) {
    case 'PLAIN':
      return plainValues(column, bytes);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      if (physical !== 'BOOLEAN') return dictionaryValues(bytes, dictionary);
      break;
    case 'RLE':
      if (physical === 'BOOLEAN') return runLengthBooleans(bytes);
      break;
    case 'DELTA_BINARY_PACKED':
      if (physical === 'INT32' || physical === 'INT64') return deltaNumberValues(bytes, physical === 'INT32');
      break;
    case 'DELTA_LENGTH_BYTE_ARRAY':
      if (physical === 'BYTE_ARRAY') return deltaLengthValues(bytes, byteConverter(column));
      break;
    case 'DELTA_BYTE_ARRAY':
      if (physical === 'BYTE_ARRAY') return deltaByteValues(bytes, byteConverter(column));
      if (physical === 'FIXED_LEN_BYTE_ARRAY') return deltaByteValues(bytes, fixedLength(column));
      break;
    case 'BYTE_STREAM_SPLIT':
      return splitValues(column, bytes);
    default:
  }
  throw new ParquetFault(`encoding ${encoding} is not supported for ${physical}`);
}

function plainValues(column: ParquetColumn, bytes: Uint8Array): PageValues {
  const { physical, typeLength = 0 } = column;
  const width = numberWidth(physical);
  if (width !== undefined) return plainNumbers(bytes, width);
  if (physical === 'BOOLEAN') return plainBooleans(bytes);
  if (physical === 'INT96') return plainFixed(bytes, 12, byteConverter(column));
  if (physical === 'FIXED_LEN_BYTE_ARRAY') return plainFixed(bytes, typeLength, byteConverter(column));
  return plainBytes(bytes, byteConverter(column));
}

function splitValues(column: ParquetColumn, bytes: Uint8Array): PageValues {
  const { physical, typeLength = 0 } = column;
  const width = numberWidth(physical);
  if (width !== undefined) {
    return splitBytes(bytes, width, (value, out, at) => {
      // number arrays only
      const { buffer, byteOffset } = out as Float64Array;
      new Uint8Array(buffer, byteOffset + at * width, width).set(value);
    });
  }
  if (physical !== 'FIXED_LEN_BYTE_ARRAY') {
    throw new ParquetFault(`encoding BYTE_STREAM_SPLIT is not supported for ${physical}`);
  }
  const convert = byteConverter(column);
  return splitBytes(bytes, typeLength, (value, out, at) => {
    (out as unknown[])[at] = convert(value, 0, typeLength);
  });
}

function fixedLength(column: ParquetColumn): ReturnType<typeof byteConverter> {
  const convert = byteConverter(column);
  return (bytes, start, end) => {
    if (end - start !== column.typeLength) throw new ParquetFault(`a value has ${end - start} bytes`);
    return convert(bytes, start, end);
  };
}
