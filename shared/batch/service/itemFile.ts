import { makeItemArtifacts } from '../../artifacts/itemArtifacts.js';
import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import type { HttpAnswer } from '../../http/httpCall.js';
import type { Scorer } from '../../runtime/scorer.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord, PinnedModel } from '../job.js';
import { itemFileNames } from './itemFileNames.js';
import { itemRequest } from './itemInput.js';

/** By the ending of the name. */
const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/**
 * A file of an item, made by scoring the item once more. Throws SCORE_ERR_ITEM_NOT_FOUND for an item that has no such file,
 * and as `itemFileNames`, `itemRequest` and `makeItemArtifacts`.
 */
export async function itemFile(
  context: BatchContext,
  scorer: Pick<Scorer, 'score'>,
  job: JobRecord,
  index: number,
  fileName: string,
): Promise<HttpAnswer> {
  const names = await itemFileNames(context, job, index);
  if (!names.includes(fileName)) throw notThere(index, fileName);
  const [model] = job.models as [PinnedModel];
  const request = await itemRequest(context, job, index);
  const body = (await makeItemArtifacts(scorer, model, request, [fileName])).get(fileName);
  if (!body) throw notThere(index, fileName);
  const headers = {
    'content-type': mediaTypes[fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    // a browser must take no picture for a page
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}

const notThere = (index: number, fileName: string) =>
  new ScoringError('SCORE_ERR_ITEM_NOT_FOUND', `item ${index} has no file '${shownName(fileName)}'`);
