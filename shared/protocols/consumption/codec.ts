import type { Codec } from '../codec.js';
import { decodeColumns } from '../columns/decodeColumns.js';
import { succeededAnswer } from './answer.js';
import { outputParameters } from './outputParameters.js';
import { parseConsumption } from './request.js';

/**
 * Machine Learning Server consumption (contracts/machine-learning-server.md 1.3). Two forms, and the answer follows the
 * one that was sent: values, answered with one value per output, or a frame, answered under `outputData`.
 */
export const consumptionCodec: Codec = {
  decode(body, { signature }) {
    const source = parseConsumption(body, signature);
    return {
      feeds: decodeColumns(source, signature),
      fetches: signature.outputs.map((output) => output.name),
      rows: source.rowCount,
      encode: (outputs) => succeededAnswer(outputParameters(source, outputs, signature)),
    };
  },
};
