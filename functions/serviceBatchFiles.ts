import { itemFile } from '../shared/batch/service/itemFile.js';
import { itemFileNames } from '../shared/batch/service/itemFileNames.js';
import { itemIndexOf } from '../shared/batch/service/serviceBatchQuery.js';
import { calledBatch } from '../shared/batch/service/serviceJob.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { services } from '../shared/services.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';

const listItemFiles: JobHandler = async ({ params }, tools) => {
  const index = itemIndexOf(params.index);
  return jsonAnswer(await itemFileNames(tools.batch, await calledBatch(tools, params), index));
};

/** The bytes as they are, whatever the caller says that he accepts: the Python client asks for JSON here. */
const getItemFile: JobHandler = async ({ params }, tools) => {
  const index = itemIndexOf(params.index);
  const job = await calledBatch(tools, params);
  return itemFile(tools.batch, services().scorer, job, index, params.fileName ?? '');
};

const files = 'api/{name}/{version}/batch/{id}/{index}/files';
const reading = { contract: 'consumption', methods: ['GET'] } as const;

defineJobRoute({ ...reading, routes: { listItemFiles: files }, handler: listItemFiles });
defineJobRoute({ ...reading, routes: { getItemFile: `${files}/{fileName}` }, handler: getItemFile });
