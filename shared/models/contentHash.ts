import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ScoringError } from '../errors/scoringError.js';

/**
 * What a model is known by: the hash of its graph; with further files that of the list of all of them (`ModelPlan`).
 * Throws SCORE_ERR_MODEL_EXTERNAL_DATA for external data that is missing, a link, or outside the folder.
 */
export async function contentHash(
  dir: string,
  externalData: readonly string[],
  scoringFiles: readonly string[],
): Promise<string> {
  const graphHash = await fileHash(path.join(dir, 'model.onnx'));
  if (externalData.length + scoringFiles.length === 0) return graphHash;
  const lines = [`${graphHash}  model.onnx`];
  for (const name of externalData) lines.push(`${await externalHash(dir, name)}  ${name}`);
  for (const name of scoringFiles) lines.push(`${await fileHash(path.join(dir, name))}  ${name}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** Hashes a side file. It must lie inside the folder and be a plain file, no link (onnx.ai, external data security). */
async function externalHash(dir: string, name: string): Promise<string> {
  const file = path.resolve(dir, name);
  const inside = file.startsWith(dir + path.sep) && !path.isAbsolute(name);
  if (!inside) throw externalData(name, 'lies outside the model folder');
  const stat = await lstat(file).catch(() => undefined);
  if (!stat) throw externalData(name, 'is missing');
  const unlinked = path.join(await realpath(dir), path.relative(dir, file));
  if (!stat.isFile() || stat.nlink > 1 || (await realpath(file)) !== unlinked) {
    throw externalData(name, 'is a link or no plain file');
  }
  return fileHash(file);
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 18 }), hash);
  return hash.digest('hex');
}

const externalData = (name: string, why: string) =>
  new ScoringError('SCORE_ERR_MODEL_EXTERNAL_DATA', `external data '${path.basename(name)}' ${why}`);
