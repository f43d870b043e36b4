import { ScoringError } from '../errors/scoringError.js';
import type { ModelPlan } from '../models/modelPlan.js';
import { formFault, graphFile, type PublishForm } from './publishForm.js';
import { refuseForeignModel } from './foreignModel.js';
import type { PublishContext } from './publishContext.js';
import type { NamedVersion } from './versionExists.js';

/** Facts of the model that are no part of its graph. */
const factsFile = 'model.json';

/**
 * Checks the files of a publish where they lie, before anybody can see them, and gives the plan of the version.
 *
 * Throws SCORE_ERR_PUBLISH_REFUSED with the code and the text of the reason, SCORE_ERR_PUBLISH_FORM for files that are
 * missing, too large or not used, SCORE_ERR_SERVICE_SCRIPT for a model of another kind.
 */
export async function checkStaged(
  { check, settings }: Pick<PublishContext, 'check' | 'settings'>,
  { name, version }: NamedVersion,
  dir: string,
  { files }: PublishForm,
): Promise<ModelPlan> {
  if (!files.some((file) => file.name === graphFile)) {
    throw formFault("the file of the model is missing: send it as the part 'model'");
  }
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes > settings.maxModelBytes) {
    throw formFault(
      `expected files of at most ${settings.maxModelBytes} bytes together (WARMSTART_MAX_MODEL_BYTES), got ${totalBytes}`,
    );
  }
  await refuseForeignModel(dir, graphFile);
  const plan = await checked(check, { name, version, dir, fingerprint: '', allowsCode: false });
  const used = new Set([graphFile, factsFile, ...plan.externalData]);
  const unused = files.find((file) => !used.has(file.name));
  if (unused) throw formFault(`the graph does not use the file '${unused.name}'`);
  return plan;
}

async function checked(
  check: PublishContext['check'],
  folder: Parameters<PublishContext['check']>[0],
): Promise<ModelPlan> {
  try {
    return await check(folder);
  } catch (error) {
    if (!(error instanceof ScoringError) || !error.code.startsWith('SCORE_ERR_MODEL_')) throw error;
    throw new ScoringError('SCORE_ERR_PUBLISH_REFUSED', `${error.code}: ${error.message}`, { cause: error });
  }
}
