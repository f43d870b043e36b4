import type { ResultColumn } from '../../plan/plan.js';
import { ParquetFault } from './parquetFault.js';
import { physicals, type Meaning, type ParquetColumn, type Physical } from './parquetFooter.js';
import { rest, restAfter } from './rest.js';
import { readSchemaElement, type SchemaElement } from './schemaElement.js';
import type { ThriftReader } from './thriftReader.js';

/** A top-level column of a file. */
export interface FileColumn {
  readonly name: string;
  readonly kind: ResultColumn['kind'];
  /** Its index among the leaves, which is that of its chunk in every row group. */
  readonly leaf: number;
  /** How it is read, or why it cannot be. */
  readonly reads: ParquetColumn | string;
}

export interface FileSchema {
  readonly columns: readonly FileColumn[];
  readonly leafCount: number;
}

const mostElements = 50_000;

/** Reads the list of schema elements; gives the event loop its turns. Throws a ParquetFault. */
export async function readSchema(reader: ThriftReader): Promise<FileSchema> {
  const { size } = reader.list();
  if (size > mostElements)
    throw new ParquetFault(`expected at most ${mostElements} columns, the schema has ${size}`);
  const elements: SchemaElement[] = [];
  for (let i = 0; i < size; i++) {
    elements.push(readSchemaElement(reader));
    if (reader.steps > restAfter) await rest(reader);
  }
  const [root] = elements;
  if (!root || root.children < 1) throw new ParquetFault('the schema has no columns');
  const columns: FileColumn[] = [];
  let at = 1;
  let leafCount = 0;
  for (let child = 0; child < root.children; child++) {
    const element = elements[at];
    const leaf = leafCount;
    for (let pending = 1; pending > 0; pending--) {
      const one = elements[at++];
      if (!one) throw new ParquetFault('the schema is cut');
      pending += one.children;
      if (one.type !== undefined) leafCount++;
    }
    columns.push(toColumn(element as SchemaElement, leaf));
  }
  if (at !== elements.length) throw new ParquetFault('the schema has columns without a place');
  return { columns, leafCount };
}

function toColumn(element: SchemaElement, leaf: number): FileColumn {
  const { name, type, repetition, children } = element;
  const refuse = (reason: string, kind: ResultColumn['kind']) => ({ name, kind, leaf, reads: reason });
  if (children > 0 || type === undefined) return refuse('it is nested', 'json');
  if (repetition === 'repeated') return refuse('it is repeated', 'json');
  const physical = physicals[type];
  if (!physical) throw new ParquetFault(`column '${name.slice(0, 100)}' has no known type`);
  if (element.unread) return refuse(`its type ${element.unread} is not supported`, 'text');
  const typeLength = element.typeLength ?? 0;
  if (physical === 'FIXED_LEN_BYTE_ARRAY' && !(typeLength > 0 && typeLength <= 65_536)) {
    return refuse(`its values have ${typeLength} bytes`, 'text');
  }
  const { meaning } = element;
  const problem = meaning && misfit(meaning, physical, typeLength);
  if (problem !== undefined) return refuse(problem, 'text');
  const reads: ParquetColumn = {
    name,
    physical,
    ...(physical === 'FIXED_LEN_BYTE_ARRAY' ? { typeLength } : {}),
    optional: repetition === 'optional',
    ...(meaning ? { meaning } : {}),
  };
  return { name, leaf, reads, kind: kindOf(physical, meaning) };
}

/** Types that each meaning can be stored as. */
const storedAs: Record<Meaning['is'], readonly Physical[]> = {
  unsigned: ['INT32', 'INT64'],
  date: ['INT32'],
  time: ['INT32', 'INT64'],
  timestamp: ['INT64'],
  decimal: ['INT32', 'INT64', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'],
  uuid: ['FIXED_LEN_BYTE_ARRAY'],
  float16: ['FIXED_LEN_BYTE_ARRAY'],
};

function misfit(meaning: Meaning, physical: Physical, typeLength: number): string | undefined {
  const { is } = meaning;
  if (!storedAs[is].includes(physical)) return `its type ${is} cannot be stored as ${physical}`;
  if (is === 'uuid' && typeLength !== 16) return `its type ${is} has ${typeLength} bytes`;
  if (is === 'float16' && typeLength !== 2) return `its type ${is} has ${typeLength} bytes`;
  if (is === 'decimal' && !(meaning.scale >= 0 && meaning.scale <= 1000))
    return `its scale is ${meaning.scale}`;
  return undefined;
}

function kindOf(physical: Physical, meaning: Meaning | undefined): ResultColumn['kind'] {
  switch (meaning?.is) {
    case 'decimal':
    case 'float16':
      return 'number';
    case 'unsigned':
      // a uint64 does not fit an integer column, which has the range of an int64
      return physical === 'INT64' ? 'text' : 'integer';
    case undefined:
      break;
    default:
      return 'text';
  }
  switch (physical) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT32':
    case 'INT64':
      return 'integer';
    case 'FLOAT':
      return 'float';
    case 'DOUBLE':
      return 'number';
    default:
      return 'text';
  }
}
