import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { jobNotFound, readJob } from '../jobStore.js';
import { blobAnswer, mostRangeBytes } from '../results/blobAnswer.js';
import { itemAt, itemsOf } from '../service/itemInput.js';
import { artifactNames } from '../../artifacts/itemArtifacts.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { HttpAnswer } from '../../http/httpCall.js';
import type { ModelPlan } from '../../models/modelPlan.js';
import { requireSameFiles } from '../../models/requireSameFiles.js';
import type { Scorer } from '../../runtime/scorer.js';
import type { BlobAddress } from '../../storage/blobStore.js';
import { archiveBlob, removeOtherParts } from './archiveBlob.js';
import { itemFiles } from './itemFiles.js';
import { spool } from './spool.js';
import { zipStream } from './zipStream.js';
import { within } from './within.js';

/** An archive may have so many bytes. */
const mostZipBytes = 2 ** 30;
/** Hosts end a request after 230 s. */
const mostMs = 200_000;
const contentType = 'application/zip';

export interface ArtifactsRequest {
  /** The first item. */
  readonly from: number;
  /** How many; the last ones may be missing. */
  readonly count: number;
  /** The header `Range`. */
  readonly range: string | undefined;
}

/**
 * The artifacts of the items of a batch as one archive, made now: `<index>/<file>`, and `<index>/error.txt` for an item
 * that cannot be scored. Up to 16 MiB it is the answer; a larger one is written beside the results of the job, with which
 * it is removed, and answered as `blobAnswer` does; of parts of a batch the last one is kept.
 *
 * Throws SCORE_ERR_JOB_ITEMS, SCORE_ERR_ITEM_NOT_FOUND, SCORE_ERR_JOB_STATE before the job is complete,
 * SCORE_ERR_MODEL_CHANGED, SCORE_ERR_ARTIFACT_UNKNOWN for a model without artifacts, SCORE_ERR_ARTIFACT_TOO_LARGE over 1 GiB
 * or 200 s, SCORE_ERR_QUEUE_FULL beside other archives, SCORE_ERR_RESULT_RANGE, and as `Scorer.score` for what is no fault of an item.
 */
export async function jobArtifacts(
  context: BatchContext,
  scorer: Pick<Scorer, 'score'>,
  job: JobRecord,
  { from, count, range }: ArtifactsRequest,
): Promise<HttpAnswer> {
  const { store, newId, archiveTurns } = context;
  const items = await itemsOf(context, job);
  itemAt(items, from);
  if (job.state !== 'Complete') {
    throw new ScoringError(
      'SCORE_ERR_JOB_STATE',
      `the job is ${job.state}: artifacts are made when it is Complete`,
    );
  }
  const plan = await planOf(context, job);
  const span = { from, to: Math.min(items.count, from + count), count: items.count };
  const blob = archiveBlob(job, plan, span);
  const stored = { blob, fileName: `artifacts-${job.id}.zip`, range };
  if (!(await store.find(blob))) {
    const entries = within(itemFiles({ context, scorer, job, plan }, from, span.to), mostMs, context.clock);
    const zip = zipStream(entries, job.createdMs);
    const limits = { mostDirectBytes: mostRangeBytes, mostBytes: mostZipBytes };
    const body = await archiveTurns.archive(() => spool(store, zip, { blob, contentType, newId, ...limits }));
    if (body !== 'stored') {
      const disposition = `attachment; filename="${stored.fileName}"`;
      return {
        status: 200,
        headers: { 'content-type': contentType, 'content-disposition': disposition },
        body,
      };
    }
    await removeOtherParts(store, job, span, blob);
    await removeOrphan(context, job, blob);
  }
  const answer = await blobAnswer(context, stored);
  if (!answer) throw jobNotFound(job.id);
  return answer;
}

/** The plan of the model with which the batch was scored. */
async function planOf({ catalog }: BatchContext, { models }: JobRecord): Promise<ModelPlan> {
  const [pinned] = models;
  if (!pinned) throw new Error('a batch of a service has a model');
  const plan = await catalog.plan(pinned.name, pinned.version);
  requireSameFiles(plan, pinned);
  if (artifactNames(plan).length > 0) return plan;
  const named = `model '${plan.name}' version '${plan.version}'`;
  throw new ScoringError('SCORE_ERR_ARTIFACT_UNKNOWN', `${named} has no artifacts: model.json names none`);
}

/** A job that was deleted meanwhile has been emptied before the archive was there. */
async function removeOrphan({ store }: BatchContext, { id }: JobRecord, blob: BlobAddress): Promise<void> {
  const now = await readJob(store, id);
  if (now && now.deletedMs === undefined) return;
  await store.remove(blob);
  throw jobNotFound(id);
}
