import { takesLongIntegers, type Signature } from '../../models/signature.js';
import { jsonTypeOf } from '../../tensors/setElement.js';
import type { Codec, NamedTensors } from '../codec.js';
import { decodeColumns, type ColumnSource } from '../columns/decodeColumns.js';
import { encodeColumns, type OutputColumn } from '../columns/encodeColumns.js';
import { asObject, fieldError, own, pointerStep, type JsonObject } from '../jsonObject.js';
import { parseJson } from '../parseJson.js';
import { succeededAnswer } from './answer.js';

/** The key of the frame form; the answer's counterpart is `outputData`. */
const frameKey = 'inputData';

/**
 * Machine Learning Server consumption (contracts/machine-learning-server.md 1.3). Two forms, and the answer follows the
 * one that was sent: one value per column (`{"hp": 120, "wt": 2.8}`), or a frame with one array per column
 * (`{"inputData": {"hp": [120], "wt": [2.8]}}`, answered under `outputData`).
 */
export const consumptionCodec: Codec = {
  decode(body, { signature }) {
    const request = asObject(parseJson(body, { exactIntegers: takesLongIntegers(signature) }), '');
    const source = isFrame(request, signature) ? frameOf(request) : valuesOf(request);
    return {
      feeds: decodeColumns(source, signature),
      fetches: signature.outputs.map((output) => output.name),
      rows: source.rowCount,
      encode: (outputs) => answerText(source, outputs, signature),
    };
  },
};

function isFrame(request: JsonObject, signature: Signature): boolean {
  return Object.hasOwn(request, frameKey) && !signature.columns.some((column) => column.name === frameKey);
}

function valuesOf(request: JsonObject): ColumnSource {
  return { form: 'values', columns: request, rowCount: 1, place: '' };
}

function frameOf(request: JsonObject): ColumnSource {
  const stray = Object.keys(request).find((key) => key !== frameKey);
  if (stray !== undefined) throw fieldError(`/${pointerStep(stray)}`, `not allowed beside ${frameKey}`);
  const place = `/${frameKey}`;
  const columns = asObject(own(request, frameKey), place);
  const [first] = Object.entries(columns);
  if (first && !Array.isArray(first[1])) {
    const message = `expected an array with one value per row, got ${jsonTypeOf(first[1])}`;
    throw fieldError(`${place}/${pointerStep(first[0])}`, message);
  }
  return { form: 'frame', columns, rowCount: first ? (first[1] as unknown[]).length : 0, place };
}

function answerText({ form, rowCount }: ColumnSource, outputs: NamedTensors, signature: Signature): string {
  const members = encodeColumns(outputs, rowCount, signature).map((column) => {
    const value = form === 'frame' && !column.whole ? arrayText(column, rowCount) : column.cell(0);
    return `${JSON.stringify(column.name)}:${value}`;
  });
  const values = `{${members.join(',')}}`;
  return succeededAnswer(form === 'frame' ? `{"outputData":${values}}` : values);
}

function arrayText({ cell }: OutputColumn, rowCount: number): string {
  let text = '[';
  for (let row = 0; row < rowCount; row++) text += row === 0 ? cell(row) : `,${cell(row)}`;
  return `${text}]`;
}
