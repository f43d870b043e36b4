import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { itemRequest } from '../service/itemInput.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { ModelPlan } from '../../models/modelPlan.js';
import type { Scorer } from '../../runtime/scorer.js';
import { makeItemArtifacts } from '../../artifacts/itemArtifacts.js';
import type { ZipEntry } from './zipStream.js';

/** Faults of an item that no repeat changes; all others end the archive. */
const ofItem =
  /^SCORE_ERR_(?:BODY|REQUEST|INPUT|OUTPUT|RUN|BATCH)_|^SCORE_ERR_(?:ARTIFACT_TOO_LARGE|MODEL_SCORING)$/;

/** A batch of a service whose artifacts are made, with the plan of its model. */
export interface ItemBatch {
  readonly context: Pick<BatchContext, 'store' | 'settings' | 'archiveTurns'>;
  readonly scorer: Pick<Scorer, 'score'>;
  readonly job: JobRecord;
  readonly plan: ModelPlan;
}

/**
 * The artifacts of items [from, to) as `<index>/<file>`, in order; an item that cannot be scored has `<index>/error.txt`
 * instead. Each is made when its turn comes and nobody else's is in work. Throws what is no fault of an item.
 */
export async function* itemFiles(batch: ItemBatch, from: number, to: number): AsyncGenerator<ZipEntry> {
  const { archiveTurns } = batch.context;
  for (let index = from; index < to; index++) {
    yield* await archiveTurns.item(() => filesOf(batch, index));
  }
}

async function filesOf({ context, scorer, job, plan }: ItemBatch, index: number): Promise<ZipEntry[]> {
  try {
    const files = await makeItemArtifacts(scorer, plan, await itemRequest(context, job, index));
    return [...files].map(([name, bytes]) => ({ name: `${index}/${name}`, bytes }));
  } catch (error) {
    if (!(error instanceof ScoringError && ofItem.test(error.code))) throw error;
    const text = `${error.code}: ${error.message}\n`;
    return [{ name: `${index}/error.txt`, bytes: new TextEncoder().encode(text) }];
  }
}
