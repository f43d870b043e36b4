import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ScoringError } from '../errors/scoringError.js';
import { buildScoringSignatures } from './buildScoringSignatures.js';
import { buildSignature } from './buildSignature.js';
import { contentHash } from './contentHash.js';
import { stampFiles, type ModelFolder } from './modelFolder.js';
import { parseModelJson, type ModelJson } from './modelJson.js';
import type { ModelPlan, ScoringPlan } from './modelPlan.js';
import { readOnnxModel, type OnnxModel } from './onnx/onnxModel.js';
import { readSkeleton } from './onnx/readSkeleton.js';
import { allowedScoringFiles } from './scoringFiles.js';
import type { Signature } from './signature.js';

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
  const file = await findGraph(folder.dir);
  const onnx = parseGraph(file);
  const externalStamp = await stampFiles(folder.dir, onnx.externalData);
  const modelJsonText = await readModelJson(folder.dir);
  const facts: ModelJson = modelJsonText === undefined ? {} : parseModelJson(modelJsonText);
  const scoringFiles = await allowedScoringFiles(folder, facts);
  const scoringStamp = await stampFiles(folder.dir, scoringFiles);
  const { signature, graph } =
    scoringFiles.length > 0
      ? buildScoringSignatures(onnx, facts)
      : { signature: buildSignature(onnx, facts) };
  const intraOpThreads = facts.threads ?? 1;
  const sha256 = await contentHash(folder.dir, onnx.externalData, scoringFiles);
  const scoring = graph && scoringPlan(folder, facts, graph, sha256);
  return {
    name: folder.name,
    version: folder.version,
    sha256,
    key: createHash('sha256')
      // with the name where there is code: two models never share what it keeps
      .update(JSON.stringify([sha256, signature, intraOpThreads, ...(scoring ? [scoring] : [])]))
      .digest('hex'),
    dir: folder.dir,
    stamp: [externalStamp, stampBefore, ...(scoring ? [scoringStamp] : [])].join('\n'),
    signature,
    ...(scoring ? { scoring } : {}),
    cutsZipMaps: onnx.zipMaps.length > 0,
    externalData: onnx.externalData,
    intraOpThreads,
    description: facts.description ?? onnx.description,
    metadata: { producer: onnx.producer, opsets: opsetText(onnx), ...onnx.metadata },
    operationId: facts.operationId,
    createdMs: file.modifiedMs,
  };
}

interface GraphFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

async function findGraph(dir: string): Promise<GraphFile> {
  const file = path.join(dir, 'model.onnx');
  const stat = await lstat(file).catch(() => undefined);
  if (!stat?.isFile()) throw new ScoringError('SCORE_ERR_MODEL_FILE_MISSING', 'there is no file model.onnx');
  if (stat.size === 0) throw invalidFile('it is empty');
  if (stat.size > maxModelBytes) throw invalidFile('it is over 2 GiB; keep the weights as external data');
  return { path: file, sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
}

/** Without the weights: they may be larger than what this process may take. */
function parseGraph(file: GraphFile): OnnxModel {
  try {
    return readOnnxModel(readSkeleton(file.path, file.sizeBytes));
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

function scoringPlan(
  { name, version }: ModelFolder,
  { scoring }: ModelJson,
  graph: Signature,
  sha256: string,
): ScoringPlan {
  const needs = [
    ...(scoring?.columns ? ['before' as const] : []),
    ...(scoring?.outputs ? ['after' as const] : []),
  ];
  return { graph, model: { name, version, sha256 }, needs };
}

/** The text of model.json; undefined when there is none. */
async function readModelJson(dir: string): Promise<string | undefined> {
  const file = path.join(dir, 'model.json');
  const stat = await lstat(file).catch(() => undefined);
  if (!stat) return undefined;
  if (!stat.isFile()) throw new ScoringError('SCORE_ERR_MODEL_JSON', 'model.json is a link or no plain file');
  if (stat.size > maxModelJsonBytes)
    throw new ScoringError('SCORE_ERR_MODEL_JSON', 'model.json is over 1 MiB');
  return readFile(file, 'utf8');
}
