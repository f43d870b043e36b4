import { declaredRows } from '../../models/declaredRows.js';
import { labelledNames } from '../../models/labelledNames.js';
import type { OutputSpec, Signature } from '../../models/signature.js';
import { isSingleValue } from '../../models/singleValues.js';
import { datatypeFacts, type Datatype } from '../../tensors/datatypes.js';
import type { OutputFormat } from '../job.js';
import type { ResultColumn } from '../plan/plan.js';

/** Wider outputs are one column of arrays. */
const maxColumnsPerOutput = 1000;

/** One column that an output makes. */
export interface OutputCell extends ResultColumn {
  readonly output: OutputSpec;
  /**
   * - `element`: value `offset` of the `width` values that a row has;
   * - `row`: all values of a row, nested as the shape says;
   * - `either`: of an output of unknown rank, a row of it or, where it has no rows, all of it;
   * - `whole`: an output without rows, whose value is repeated.
   */
  readonly form: 'element' | 'row' | 'either' | 'whole';
  readonly offset: number;
  readonly width: number;
}

/**
 * The columns that the outputs of a model make in a result: `<column>`, `<column>.<label>` where the last dimension is
 * labelled, and in tables (CSV, Parquet) also `<column>.<i>` for up to 1000 values per row. Each name once.
 */
export function outputCells(signature: Signature, format: OutputFormat): OutputCell[] {
  const { outputs } = signature;
  const taken = new Set(outputs.flatMap((output) => labelledNames(output) ?? [output.column]));
  return outputs.flatMap((output) => {
    const { column, shape, datatype } = output;
    const whole = { name: column, kind: 'json', output, offset: 0, width: 1 } as const;
    if (declaredRows(output, signature) === 'whole') return [{ ...whole, form: 'whole' }];
    const labelled = labelledNames(output);
    if (labelled) return elements(output, labelled, format);
    if (shape.length === 0) return [{ ...whole, form: 'either' }];
    if (isSingleValue(output)) {
      return [{ ...whole, kind: kindOf(datatype, format), form: 'element' }];
    }
    const width = shape.length === 2 ? (shape[1] as number) : -1;
    if (format !== 'jsonLines' && width > 1 && width <= maxColumnsPerOutput) {
      const names = Array.from({ length: width }, (_, i) => `${column}.${i}`);
      if (!names.some((name) => taken.has(name))) return elements(output, names, format);
    }
    return [{ ...whole, form: 'row' }];
  });
}

function elements(output: OutputSpec, names: readonly string[], format: OutputFormat): OutputCell[] {
  const kind = kindOf(output.datatype, format);
  return names.map((name, offset) => ({
    name,
    kind,
    output,
    form: 'element',
    offset,
    width: names.length,
  }));
}

function kindOf(datatype: Datatype, format: OutputFormat): ResultColumn['kind'] {
  switch (datatypeFacts(datatype).kind) {
    case 'float':
      return datatype === 'FP64' ? 'number' : 'float';
    case 'integer':
      return 'integer';
    case 'bigint':
      // Parquet columns of whole numbers are signed ones of 64 bits
      return datatype === 'UINT64' && format === 'parquet' ? 'text' : 'integer';
    case 'boolean':
      return 'boolean';
    case 'text':
      return 'text';
  }
}
