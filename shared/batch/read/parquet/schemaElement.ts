import { ParquetFault } from './parquetFault.js';
import type { Meaning } from './parquetFooter.js';
import { thriftType, type ThriftField, type ThriftReader } from './thriftReader.js';
import { utf8Text } from './utf8Text.js';

/** An element of the schema as it is written. */
export interface SchemaElement {
  readonly name: string;
  /** Number of the physical type; undefined for groups. */
  readonly type?: number;
  readonly typeLength?: number;
  readonly repetition: 'required' | 'optional' | 'repeated';
  readonly children: number;
  readonly meaning?: Meaning;
  /** A logical type that cannot be read. */
  readonly unread?: string;
}

interface Logical {
  readonly meaning?: Meaning;
  readonly unread?: string;
}

const repetitions = ['required', 'optional', 'repeated'] as const;

/** Reads one element of the schema. Throws a ParquetFault. */
export function readSchemaElement(reader: ThriftReader): SchemaElement {
  let name = '';
  let type: number | undefined;
  let typeLength: number | undefined;
  let repetition: SchemaElement['repetition'] = 'required';
  let children = 0;
  let converted: number | undefined;
  let scale = 0;
  let logical: Logical | undefined;
  reader.struct(({ id }) => {
    if (id === 1) type = reader.integer();
    else if (id === 2) typeLength = reader.integer();
    else if (id === 3) repetition = repetitions[reader.integer()] ?? fail('repetition');
    else if (id === 4) name = utf8Text(reader.binary());
    else if (id === 5) children = reader.integer();
    else if (id === 6) converted = reader.integer();
    else if (id === 7) scale = reader.integer();
    else if (id === 10) logical = readLogical(reader);
    else return false;
    return true;
  });
  if (children < 0) fail('number of children');
  return {
    name,
    repetition,
    children,
    ...(type === undefined ? {} : { type }),
    ...(typeLength === undefined ? {} : { typeLength }),
    ...(logical ?? (converted === undefined ? {} : byConverted(converted, scale))),
  };
}

function fail(what: string): never {
  throw new ParquetFault(`the schema has a wrong ${what}`);
}

/** The older way to write logical types, by number. */
function byConverted(converted: number, scale: number): Logical {
  switch (converted) {
    case 5:
      return { meaning: { is: 'decimal', scale } };
    case 6:
      return { meaning: { is: 'date' } };
    case 7:
      return { meaning: { is: 'time', digits: 3, utc: true } };
    case 8:
      return { meaning: { is: 'time', digits: 6, utc: true } };
    case 9:
      return { meaning: { is: 'timestamp', digits: 3, utc: true } };
    case 10:
      return { meaning: { is: 'timestamp', digits: 6, utc: true } };
    case 13:
    case 14:
      return { meaning: { is: 'unsigned' } };
    case 20:
      return { unread: 'BSON' };
    case 21:
      return { unread: 'INTERVAL' };
    default:
      return {};
  }
}

function readLogical(reader: ThriftReader): Logical {
  let logical: Logical = {};
  reader.struct(({ id, type }) => {
    if (type !== thriftType.struct) return false;
    if (id === 5) logical = { meaning: { is: 'decimal', scale: readNumbers(reader).get(1) ?? 0 } };
    else if (id === 6) logical = { meaning: { is: 'date' } };
    else if (id === 7) logical = { meaning: { is: 'time', ...readTime(reader) } };
    else if (id === 8) logical = { meaning: { is: 'timestamp', ...readTime(reader) } };
    else if (id === 10) logical = readInteger(reader);
    else if (id === 14) logical = { meaning: { is: 'uuid' } };
    else if (id === 15) logical = { meaning: { is: 'float16' } };
    else if (id === 13) logical = { unread: 'BSON' };
    else if (id >= 16) logical = { unread: 'VARIANT or GEOMETRY' };
    // those without content are skipped as a whole
    return [5, 7, 8, 10].includes(id);
  });
  return logical;
}

function readNumbers(reader: ThriftReader): Map<number, number> {
  const numbers = new Map<number, number>();
  reader.struct(({ id, type }) => {
    if (type < 4 || type > 6) return false;
    numbers.set(id, reader.integer());
    return true;
  });
  return numbers;
}

function readTime(reader: ThriftReader): { readonly digits: 3 | 6 | 9; readonly utc: boolean } {
  let utc = false;
  let digits: 3 | 6 | 9 = 3;
  reader.struct(({ id, type }) => {
    if (id === 1) utc = isTrue({ id, type });
    if (id !== 2 || type !== thriftType.struct) return false;
    reader.struct((unit) => {
      digits = unit.id === 3 ? 9 : unit.id === 2 ? 6 : 3;
      return false;
    });
    return true;
  });
  return { digits, utc };
}

function readInteger(reader: ThriftReader): Logical {
  let bits = 64;
  // a closure changes it
  let signed = true as boolean;
  reader.struct((field) => {
    if (field.id === 2) signed = isTrue(field);
    if (field.id !== 1 || field.type !== 3) return false;
    bits = reader.byte();
    return true;
  });
  // narrower ones are stored as what they are
  return signed || bits < 32 ? {} : { meaning: { is: 'unsigned' } };
}

const isTrue = ({ type }: ThriftField) => type === thriftType.yes;
