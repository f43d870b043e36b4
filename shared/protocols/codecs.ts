import type { Codec } from './codec.js';
import { consumptionCodec } from './consumption/codec.js';
import { artifactsCodec, consumptionFilesCodec } from './consumption/filesCodec.js';
import { openInferenceCodec } from './openInference/codec.js';

/** Every wire form that a worker can decode and encode, by the name that crosses to it. */
export const codecs = {
  consumption: consumptionCodec,
  consumptionFiles: consumptionFilesCodec,
  artifacts: artifactsCodec,
  openInference: openInferenceCodec,
} as const satisfies Record<string, Codec<string | Uint8Array>>;

export type CodecName = keyof typeof codecs;
