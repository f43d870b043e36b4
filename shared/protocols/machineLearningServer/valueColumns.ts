import { declaredRows } from '../../models/declaredRows.js';
import { labelledNames } from '../../models/labelledNames.js';
import type { ColumnType, Signature, TensorSpec } from '../../models/signature.js';
import { isSingleValue } from '../../models/singleValues.js';
import { datatypeFacts, type Datatype } from '../../tensors/datatypes.js';

/** The type of one value. */
export type ScalarType = Exclude<ColumnType, 'vector'>;

/** A column of a request or of an answer, as far as it is known before a run. */
export interface ValueColumn {
  readonly name: string;
  readonly scalar: ScalarType;
  /** Whether whole numbers may need more than 32 bits. */
  readonly isLong: boolean;
  /** Dimensions of the value of one row: 0 is a single value, 1 an array, 2 an array of arrays. */
  readonly dimensions: number;
  /** Stands once for all rows of a frame. */
  readonly whole?: true;
}

/** The tensor that a column fills. */
export function inputOf({ inputs, layout }: Signature): (column: string) => TensorSpec {
  const byName = new Map(inputs.map((input) => [input.name, input]));
  return (column) => (layout === 'features' ? inputs[0] : byName.get(column)) as TensorSpec;
}

/** The columns that a request gives. */
export function inputColumns(signature: Signature): ValueColumn[] {
  const inputFor = inputOf(signature);
  return signature.columns.map(({ name, type }) => {
    const input = inputFor(name);
    const isVector = type === 'vector';
    return {
      name,
      scalar: isVector ? scalarOf(input.datatype) : type,
      isLong: isLong(input.datatype),
      dimensions: isVector ? Math.max(1, input.shape.length - 1) : 0,
    };
  });
}

/**
 * The columns of an answer to one row, as `encodeColumns` writes them. An output that declares no shape is taken for one
 * value per row, and a dimension of any length for one that is longer than 1.
 */
export function outputColumns(signature: Signature): ValueColumn[] {
  return signature.outputs.flatMap((spec) => {
    const { column, labels, shape, datatype } = spec;
    const facts = { scalar: scalarOf(datatype), isLong: isLong(datatype) };
    if (declaredRows(spec, signature) === 'whole') {
      return [{ name: column, ...facts, dimensions: shape.length, whole: true as const }];
    }
    const rowShape = shape.length === 0 && labels ? [-1] : shape.slice(1);
    if (labels && rowShape.length === 1 && (rowShape[0] === -1 || rowShape[0] === labels.length)) {
      return (labelledNames(spec) ?? []).map((name) => ({ name, ...facts, dimensions: 0 }));
    }
    return [{ name: column, ...facts, dimensions: isSingleValue(spec) ? 0 : rowShape.length }];
  });
}

function scalarOf(datatype: Datatype): ScalarType {
  switch (datatypeFacts(datatype).kind) {
    case 'text':
      return 'character';
    case 'boolean':
      return 'logical';
    case 'float':
      return 'numeric';
    default:
      return 'integer';
  }
}

const isLong = (datatype: Datatype) => datatype === 'INT64' || datatype === 'UINT64' || datatype === 'UINT32';
