import { isUtf8 } from 'node:buffer';
import { fromFloat16Bits } from '../../../tensors/float16.js';
import type { FromBytes } from './pageValues.js';
import { ParquetFault } from './parquetFault.js';
import type { Meaning, ParquetColumn } from './parquetFooter.js';
import { dateText, timestampText, timeText } from './timeText.js';
import { notUtf8 } from './unreadable.js';

const mostDecimalBytes = 64;

/** How the bytes of a value of a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96 column are kept. */
export function byteConverter({ physical, meaning }: ParquetColumn): FromBytes {
  if (physical === 'INT96') return int96Text;
  switch (meaning?.is) {
    case 'uuid':
      return uuidText;
    case 'float16':
      return (bytes, at) => fromFloat16Bits((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
    case 'decimal': {
      const { scale } = meaning;
      return (bytes, start, end) => decimalNumber(signedInteger(bytes, start, end), scale);
    }
    default:
      return utf8OrNot;
  }
}

/** What a kept value is shown as; undefined: as it is. */
export function valueConverter({
  physical,
  meaning,
}: ParquetColumn): ((stored: unknown) => unknown) | undefined {
  if (physical === 'BOOLEAN') return (stored) => stored === 1;
  if (physical !== 'INT32' && physical !== 'INT64') return undefined;
  return meaning && integerConverter(meaning, physical === 'INT64');
}

function integerConverter(meaning: Meaning, isLong: boolean): (stored: unknown) => unknown {
  switch (meaning.is) {
    case 'unsigned':
      return isLong ? (stored) => BigInt.asUintN(64, stored as bigint) : (stored) => (stored as number) >>> 0;
    case 'decimal':
      return (stored) => decimalNumber(BigInt(stored as number | bigint), meaning.scale);
    case 'date':
      return (stored) => dateText(stored as number);
    case 'time':
      return (stored) => timeText(BigInt(stored as number | bigint), meaning.digits);
    case 'timestamp':
      return (stored) => timestampText(stored as bigint, meaning.digits, meaning.utc);
    default:
      return (stored) => stored;
  }
}

const utf8OrNot: FromBytes = (bytes, start, end) => {
  const text = bufferOf(bytes).toString('utf8', start, end);
  return text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end)) ? notUtf8 : text;
};

const uuidText: FromBytes = (bytes, start, end) => {
  const hex = bufferOf(bytes).toString('hex', start, end);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/** Nanoseconds of a Julian day, as older writers store times. */
const int96Text: FromBytes = (bytes, start) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, 12);
  const days = BigInt(view.getInt32(8, true)) - 2_440_588n;
  return timestampText(days * 86_400_000_000_000n + view.getBigInt64(0, true), 9, true);
};

/** The nearest number. */
function decimalNumber(unscaled: bigint, scale: number): number {
  const number = Number(unscaled);
  // both are exact, so that their quotient is rounded once
  if (Number.isSafeInteger(number) && scale <= 22) return number / 10 ** scale;
  return Number(`${unscaled}e-${scale}`);
}

/** Bytes of two's complement, the highest first. */
function signedInteger(bytes: Uint8Array, start: number, end: number): bigint {
  if (start === end) return 0n;
  if (end - start > mostDecimalBytes) throw new ParquetFault(`a decimal has ${end - start} bytes`);
  const hex = bufferOf(bytes).toString('hex', start, end);
  return BigInt.asIntN((end - start) * 8, BigInt(`0x${hex}`));
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
