import type { Signature } from '../../models/signature.js';
import type { NamedTensors } from '../codec.js';
import type { ColumnSource } from '../columns/decodeColumns.js';
import { encodeColumns, type OutputColumn } from '../columns/encodeColumns.js';
import { frameOutput } from './frameKeys.js';

/** The JSON text of `outputParameters`, in the form in which the request came. */
export function outputParameters(
  { form, rowCount }: ColumnSource,
  outputs: NamedTensors,
  signature: Signature,
): string {
  const members = encodeColumns(outputs, rowCount, signature).map((column) => {
    const value = form === 'frame' && !column.whole ? arrayText(column, rowCount) : column.cell(0);
    return `${JSON.stringify(column.name)}:${value}`;
  });
  const values = `{${members.join(',')}}`;
  return form === 'frame' ? `{"${frameOutput}":${values}}` : values;
}

function arrayText({ cell }: OutputColumn, rowCount: number): string {
  let text = '[';
  for (let row = 0; row < rowCount; row++) text += row === 0 ? cell(row) : `,${cell(row)}`;
  return `${text}]`;
}
