import { open } from 'node:fs/promises';
import path from 'node:path';
import { ScoringError } from '../errors/scoringError.js';

/** How files begin that clients of Machine Learning Server and of Python publish in the place of ONNX. */
const foreign: readonly (readonly [prefix: readonly number[], what: string])[] = [
  [[0x62, 0x6c, 0x6f, 0x62], 'a serialized R model (rxSerializeModel)'],
  [[0x1f, 0x8b], 'a gzip file, as R writes models (saveRDS)'],
  [[0x42, 0x5a, 0x68], 'a bzip2 file, as R writes models (saveRDS)'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz file, as R writes models (saveRDS)'],
  [[0x58, 0x0a, 0, 0, 0], 'an R object (RDS)'],
  [[0x41, 0x0a], 'an R object (RDS)'],
  [[0x52, 0x44, 0x58], 'an R workspace (RData)'],
  [[0x52, 0x44, 0x41], 'an R workspace (RData)'],
  [[0x80, 0x02], 'a pickled Python object'],
  [[0x80, 0x03], 'a pickled Python object'],
  [[0x80, 0x04], 'a pickled Python object'],
  [[0x80, 0x05], 'a pickled Python object'],
];

const longestPrefix = 8;

/**
 * Refuses a file that is a model of another kind, by its first bytes: it would need R or Python to run, and nothing of
 * that is run here. Throws SCORE_ERR_SERVICE_SCRIPT.
 */
export async function refuseForeignModel(dir: string, fileName: string): Promise<void> {
  const head = new Uint8Array(longestPrefix);
  const file = await open(path.join(dir, fileName));
  try {
    await file.read(head, 0, longestPrefix, 0);
  } finally {
    await file.close();
  }
  const found = foreign.find(([prefix]) => prefix.every((byte, at) => head[at] === byte));
  if (!found) return;
  const message = `expected an ONNX model, got ${found[1]}: R and Python are not run here, export the model to ONNX`;
  throw new ScoringError('SCORE_ERR_SERVICE_SCRIPT', message);
}
