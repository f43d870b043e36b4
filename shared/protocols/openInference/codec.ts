import { takesLongIntegers } from '../../models/signature.js';
import type { Tensor } from '../../tensors/datatypes.js';
import { elementsText } from '../../tensors/elementText.js';
import { jsonTypeOf } from '../../tensors/setElement.js';
import type { Codec, CodecModel, NamedTensors } from '../codec.js';
import { asObject, fieldError, own } from '../jsonObject.js';
import { parseJson } from '../parseJson.js';
import { checkParameters } from './checkParameters.js';
import { decodeInputs } from './decodeInputs.js';
import { decodeRequestedOutputs } from './decodeRequestedOutputs.js';

/**
 * Open Inference Protocol V2 over REST with JSON tensors (contracts/open-protocols.md 1.2-1.4): nested or flat
 * row-major data, INT64 and UINT64 exact beyond 2^53, NaN as null in both directions.
 */
export const openInferenceCodec: Codec = {
  decode(body, model) {
    const { signature } = model;
    const request = asObject(parseJson(body, { exactIntegers: takesLongIntegers(signature) }), '');
    checkParameters(request, '');
    const id = own(request, 'id') ?? undefined;
    if (id !== undefined && typeof id !== 'string') {
      throw fieldError('/id', `expected a text, got ${jsonTypeOf(id)}`);
    }
    const feeds = decodeInputs(own(request, 'inputs'), signature);
    const fetches = decodeRequestedOutputs(own(request, 'outputs'), signature);
    const encode = (outputs: NamedTensors) => answerText(model, id, fetches, outputs);
    return { feeds, fetches, rows: rowCountOf(feeds), encode };
  },
};

function answerText(
  { name, version }: CodecModel,
  id: string | undefined,
  fetches: readonly string[],
  outputs: NamedTensors,
): string {
  const head = `{"model_name":${JSON.stringify(name)},"model_version":${JSON.stringify(version)}`;
  const tensors = fetches.map((fetch) => tensorText(fetch, outputs[fetch] as Tensor));
  return `${head}${id === undefined ? '' : `,"id":${JSON.stringify(id)}`},"outputs":[${tensors.join(',')}]}`;
}

function tensorText(name: string, tensor: Tensor): string {
  const head = `{"name":${JSON.stringify(name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}]`;
  return `${head},"data":[${elementsText(tensor, 0, tensor.data.length)}]}`;
}

/** The first dimension of the first input; a tensor without dimensions is one row. */
function rowCountOf(feeds: NamedTensors): number {
  const [first] = Object.values(feeds);
  return first?.shape[0] ?? 1;
}
