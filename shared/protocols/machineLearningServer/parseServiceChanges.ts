import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import type { DescribedVersion } from '../../models/serviceRecord.js';
import { asObject, fieldError, own, pointerStep, type JsonObject } from '../jsonObject.js';
import { parseJson } from '../parseJson.js';
import { identifierRule, isIdentifier } from './identifier.js';

/** What `PATCH /services/{name}/{version}` and the like take at most. */
export const mostDescribingBytes = 64 * 1024;

/** What a script is made of. */
const scriptKeys = ['code', 'initCode', 'snapshotId'];
/** What follows from the model itself. */
const modelKeys = ['inputParameterDefinitions', 'outputParameterDefinitions', 'outputFileNames'];

/**
 * Reads the body of `PATCH /services/{name}/{version}`. A key that is null means no change, as clients send it.
 *
 * Throws SCORE_ERR_SERVICE_SCRIPT for what only a script has, SCORE_ERR_REQUEST_FIELD that names the key, and
 * SCORE_ERR_BODY_*.
 */
export function parseServiceChanges(body: Uint8Array): DescribedVersion {
  const request = asObject(parseJson(body, { exactIntegers: false }), '');
  const runtime = own(request, 'runtimeType') ?? 'Realtime';
  if (runtime !== 'Realtime' || scriptKeys.some((key) => isGiven(request, key))) throw scriptRefusal();
  for (const key of Object.keys(request)) {
    if (!isGiven(request, key) || key === 'runtimeType' || key === 'description' || key === 'operationId')
      continue;
    const why = modelKeys.includes(key) ? 'this follows from the model' : 'there is no such key';
    throw fieldError(`/${pointerStep(key)}`, `${why}; description and operationId can be changed`);
  }
  const description = textOf(request, 'description');
  const operationId = textOf(request, 'operationId');
  if (operationId !== undefined && !isIdentifier(operationId)) {
    throw fieldError('/operationId', `it ${identifierRule}, got '${shownName(operationId)}'`);
  }
  return {
    ...(description === undefined ? {} : { description }),
    ...(operationId === undefined ? {} : { operationId }),
  };
}

/** The refusal of scripts, wherever one begins: they cannot be run beside models of others. */
export function scriptRefusal(): ScoringError {
  return new ScoringError(
    'SCORE_ERR_SERVICE_SCRIPT',
    'this server runs ONNX models, no R or Python code, sessions or snapshots: export the model to ONNX ' +
      '(skl2onnx, onnxmltools, torch.onnx) and publish the file with POST /realtime-services/{name}/{version}',
  );
}

const isGiven = (request: JsonObject, key: string) => (own(request, key) ?? null) !== null;

function textOf(request: JsonObject, key: string): string | undefined {
  const value = own(request, key) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.isWellFormed() && value.length <= 10_000) return value;
  throw fieldError(`/${key}`, 'expected a text of at most 10,000 characters');
}
