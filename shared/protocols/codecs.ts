import type { Codec } from './codec.js';
import { consumptionCodec } from './consumption/codec.js';
import { openInferenceCodec } from './openInference/codec.js';

/** Every wire form that a worker can decode and encode, by the name that crosses to it. */
export const codecs = {
  consumption: consumptionCodec,
  openInference: openInferenceCodec,
} as const satisfies Record<string, Codec>;

export type CodecName = keyof typeof codecs;
