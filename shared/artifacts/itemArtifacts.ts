import type { ModelPlan } from '../models/modelPlan.js';
import { requireSameFiles } from '../models/requireSameFiles.js';
import { filesRequest } from '../protocols/consumption/filesRequest.js';
import type { Scorer } from '../runtime/scorer.js';
import { unpackFiles } from './packedFiles.js';

/** The names of the artifacts that a model version declares, in the order of model.json. */
export function artifactNames({ signature }: Pick<ModelPlan, 'signature'>): readonly string[] {
  return (signature.artifacts ?? []).map(({ fileName }) => fileName);
}

/**
 * Makes artifacts of one item: scores its request anew, with exactly the files of `plan`, and writes them on the scoring
 * thread. `request`: the body of a consumption call; it stays the caller's. `names`: all declared ones when absent.
 * Gives the bytes by name, in the order of model.json; a file that this input does not allow is left out.
 *
 * Throws SCORE_ERR_MODEL_CHANGED when the version has other files by now, SCORE_ERR_ARTIFACT_UNKNOWN,
 * SCORE_ERR_ARTIFACT_TOO_LARGE, and as `Scorer.score`.
 */
export async function makeItemArtifacts(
  scorer: Pick<Scorer, 'score'>,
  model: Pick<ModelPlan, 'name' | 'version' | 'sha256'>,
  request: Uint8Array,
  names?: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const body = filesRequest(names, request);
  const scored = await scorer.score({ model: model.name, version: model.version, codec: 'artifacts', body });
  requireSameFiles(scored.plan, model);
  return unpackFiles(scored.body);
}
