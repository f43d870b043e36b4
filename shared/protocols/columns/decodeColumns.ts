import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import { nameList } from '../../models/nameList.js';
import type { ColumnSpec, Signature, TensorSpec } from '../../models/signature.js';
import { datatypeFacts, type Tensor } from '../../tensors/datatypes.js';
import { fillTensor, valueError } from '../../tensors/fillTensor.js';
import { jsonTypeOf, setElement } from '../../tensors/setElement.js';
import { pointerStep, type JsonObject } from '../jsonObject.js';
import { cellValue, expectedIn, missingCell, missingValue } from './cellValue.js';
import { rowShape } from './rowShape.js';

/** Named columns of a request: a frame holds an array per column, values hold one value per column. */
export interface ColumnSource {
  readonly form: 'frame' | 'values';
  readonly columns: JsonObject;
  readonly rowCount: number;
  /** JSON pointer of the object that holds the columns. */
  readonly place: string;
}

/**
 * Makes the tensors of a model from named columns.
 *
 * A missing column or value takes the column's default; without one, `null` is NaN or the empty text where the column
 * is nullable, and an error elsewhere. Throws SCORE_ERR_INPUT_MISSING, _UNKNOWN, _SHAPE and _VALUE, which name column
 * and row.
 */
export function decodeColumns(source: ColumnSource, signature: Signature): Record<string, Tensor> {
  const byName = columnsByName(signature);
  for (const name of Object.keys(source.columns)) {
    if (!byName.has(name)) throw unknownColumn(name, source, signature);
  }
  const [first] = signature.inputs;
  if (signature.layout === 'features' && first) {
    return { [first.name]: featureTensor(first, signature.columns, source) };
  }
  const feeds: Record<string, Tensor> = {};
  for (const input of signature.inputs) {
    const column = byName.get(input.name);
    if (column) feeds[input.name] = columnTensor(input, column, source);
  }
  return feeds;
}

const byNameOf = new WeakMap<Signature, ReadonlyMap<string, ColumnSpec>>();

/** Made once per signature: a model may have thousands of columns. */
function columnsByName(signature: Signature): ReadonlyMap<string, ColumnSpec> {
  let byName = byNameOf.get(signature);
  if (!byName) {
    byName = new Map(signature.columns.map((column) => [column.name, column]));
    byNameOf.set(signature, byName);
  }
  return byName;
}

function featureTensor(input: TensorSpec, columns: readonly ColumnSpec[], source: ColumnSource): Tensor {
  const { rowCount } = source;
  checkBatch(input, source);
  const width = columns.length;
  const data = datatypeFacts(input.datatype).allocate(rowCount * width);
  for (const [at, column] of columns.entries()) {
    const cells = cellsOf(column, source);
    for (let row = 0; row < rowCount; row++) {
      const value = cellValue(column, input, cells[row]);
      const problem =
        value === missingCell
          ? missingValue(column, 'null')
          : setElement(input.datatype, data, row * width + at, value);
      if (problem) throw valueError(column.name, row, pointerOf(source, column, `/${row}`), problem);
    }
  }
  return { datatype: input.datatype, shape: [rowCount, width], data };
}

function columnTensor(input: TensorSpec, column: ColumnSpec, source: ColumnSource): Tensor {
  checkBatch(input, source);
  const pointer = (steps: string) => pointerOf(source, column, steps);
  const values = cellsOf(column, source).map((cell, row) => {
    const value = cellValue(column, input, cell);
    if (value === missingCell)
      throw valueError(column.name, row, pointer(`/${row}`), missingValue(column, 'null'));
    return value;
  });
  const target = { input: column.name, pointer, datatype: input.datatype };
  if (column.type === 'vector') {
    return fillTensor({ ...target, shape: [source.rowCount, ...rowShape(input, values[0])] }, values);
  }
  // one value per row, whatever dimensions of length 1 the tensor has
  const shape = input.shape.map((_, axis) => (axis === 0 ? source.rowCount : 1));
  return { ...fillTensor({ ...target, shape: [source.rowCount] }, values), shape };
}

function checkBatch(input: TensorSpec, { rowCount, place }: ColumnSource): void {
  const batch = input.shape.length === 0 ? 1 : input.shape[0];
  if (batch === -1 || batch === rowCount) return;
  const message = `the model takes exactly ${batch} rows at once, got ${rowCount}`;
  throw new ScoringError('SCORE_ERR_INPUT_SHAPE', message, { places: [{ pointer: place, message }] });
}

function cellsOf(column: ColumnSpec, source: ColumnSource): readonly unknown[] {
  const { columns, rowCount, form } = source;
  if (!Object.hasOwn(columns, column.name)) {
    if (column.default !== undefined) return new Array<undefined>(rowCount).fill(undefined);
    const message = `column '${column.name}' is missing: expected ${expectedIn(column)}${form === 'frame' ? ' per row' : ''}`;
    throw new ScoringError('SCORE_ERR_INPUT_MISSING', message, {
      places: [{ pointer: source.place, message }],
    });
  }
  const cells = columns[column.name];
  if (form === 'values') return [cells];
  if (!Array.isArray(cells)) {
    throw shapeError(column, source, `expected an array with one value per row, got ${jsonTypeOf(cells)}`);
  }
  if (cells.length !== rowCount) {
    throw shapeError(column, source, `expected ${rowCount} rows as in the first column, got ${cells.length}`);
  }
  return cells;
}

/** The pointer of a place in a column; values have no row step. */
function pointerOf({ place, form }: ColumnSource, { name }: ColumnSpec, steps: string): string {
  const inRow = form === 'frame' ? steps : steps.replace(/^\/\d+/, '');
  return `${place}/${pointerStep(name)}${inRow}`;
}

function shapeError(column: ColumnSpec, source: ColumnSource, problem: string): ScoringError {
  const message = `column '${column.name}': ${problem}`;
  return new ScoringError('SCORE_ERR_INPUT_SHAPE', message, {
    places: [{ pointer: pointerOf(source, column, ''), message }],
  });
}

function unknownColumn(name: string, { place }: ColumnSource, { columns }: Signature): ScoringError {
  const message = `there is no column '${shownName(name)}': the model has ${nameList(columns)}`;
  return new ScoringError('SCORE_ERR_INPUT_UNKNOWN', message, {
    places: [{ pointer: `${place}/${pointerStep(name)}`, message }],
  });
}
