import { createHash, webcrypto } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ScoringError } from '../errors/scoringError.js';
import { buildSignature } from './buildSignature.js';
import { stampFiles, type ModelFolder } from './modelFolder.js';
import { parseModelJson, type ModelJson } from './modelJson.js';
import type { ModelPlan } from './modelPlan.js';
import { readOnnxModel, type OnnxModel } from './onnx/onnxModel.js';

/** Protobuf's own limit for one message. */
const maxModelBytes = 2 ** 31 - 1;
const maxModelJsonBytes = 2 ** 20;

/**
 * Reads a model folder: hashes the files, reads the graph and model.json, derives the signature. Opens no session.
 *
 * Throws SCORE_ERR_MODEL_* with a text that names what is wrong with the folder, without its path.
 */
export async function inspectModel(folder: ModelFolder): Promise<ModelPlan> {
  if (folder.misplaced !== undefined) throw new ScoringError('SCORE_ERR_MODEL_NAME', folder.misplaced);
  // before they are read: files that change meanwhile are noticed when the session is opened
  const stampBefore = await stampFiles(folder.dir, ['model.onnx']);
  const file = await readModelFile(folder.dir);
  const onnx = parseGraph(file);
  const externalStamp = await stampFiles(folder.dir, onnx.externalData);
  const modelJsonText = await readModelJson(folder.dir);
  const facts: ModelJson = modelJsonText === undefined ? {} : parseModelJson(modelJsonText);
  const signature = buildSignature(onnx, facts);
  const intraOpThreads = facts.threads ?? 1;
  const sha256 = await contentHash(folder.dir, file, onnx.externalData);
  return {
    name: folder.name,
    version: folder.version,
    sha256,
    key: createHash('sha256')
      .update(JSON.stringify([sha256, signature, intraOpThreads]))
      .digest('hex'),
    dir: folder.dir,
    stamp: [externalStamp, stampBefore].join('\n'),
    signature,
    cutsZipMaps: onnx.zipMaps.length > 0,
    externalData: onnx.externalData,
    intraOpThreads,
    description: facts.description ?? onnx.description,
    metadata: { producer: onnx.producer, opsets: opsetText(onnx), ...onnx.metadata },
    operationId: facts.operationId,
  };
}

async function readModelFile(dir: string): Promise<Uint8Array> {
  const file = path.join(dir, 'model.onnx');
  const stat = await lstat(file).catch(() => undefined);
  if (!stat?.isFile()) throw new ScoringError('SCORE_ERR_MODEL_FILE_MISSING', 'there is no file model.onnx');
  if (stat.size === 0) throw invalidFile('it is empty');
  if (stat.size > maxModelBytes) throw invalidFile('it is over 2 GiB; keep the weights as external data');
  return readFile(file);
}

function parseGraph(file: Uint8Array): OnnxModel {
  try {
    return readOnnxModel(file);
  } catch (error) {
    if (error instanceof RangeError) throw invalidFile(error.message);
    throw error;
  }
}

/** `ai.onnx 21, ai.onnx.ml 1` */
const opsetText = ({ opsets }: OnnxModel) =>
  Object.entries(opsets)
    .map(([domain, version]) => `${domain === '' ? 'ai.onnx' : domain} ${version}`)
    .join(', ');

const invalidFile = (why: string) =>
  new ScoringError('SCORE_ERR_MODEL_FILE_INVALID', `model.onnx is not a usable ONNX file: ${why}`);

async function contentHash(dir: string, file: Uint8Array, externalData: readonly string[]): Promise<string> {
  const digest = await webcrypto.subtle.digest('SHA-256', file);
  const fileHash = Buffer.from(digest).toString('hex');
  if (externalData.length === 0) return fileHash;
  const lines = [`${fileHash}  model.onnx`];
  for (const name of externalData) lines.push(`${await externalHash(dir, name)}  ${name}`);
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
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const externalData = (name: string, why: string) =>
  new ScoringError('SCORE_ERR_MODEL_EXTERNAL_DATA', `external data '${path.basename(name)}' ${why}`);

/** The text of model.json; undefined when there is none. */
async function readModelJson(dir: string): Promise<string | undefined> {
  const file = path.join(dir, 'model.json');
  const stat = await lstat(file).catch(() => undefined);
  if (!stat) return undefined;
  if (!stat.isFile()) throw new ScoringError('SCORE_ERR_MODEL_JSON', 'model.json is a link or no plain file');
  if (stat.size > maxModelJsonBytes) throw new ScoringError('SCORE_ERR_MODEL_JSON', 'model.json is over 1 MiB');
  return readFile(file, 'utf8');
}
