import { deleteJob } from '../shared/batch/removeJob.js';
import { listServiceBatches } from '../shared/batch/service/listServiceBatches.js';
import { parallelCountOf, showsPartialOf } from '../shared/batch/service/serviceBatchQuery.js';
import { serviceBatchView } from '../shared/batch/service/serviceBatchView.js';
import { calledBatch, calledService } from '../shared/batch/service/serviceJob.js';
import { startServiceBatch } from '../shared/batch/service/startServiceBatch.js';
import { jobIdFor } from '../shared/batch/submit/jobIds.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';

/** Answers both spellings of the id: the Python client reads the one with the capital letter, generated ones the other. */
const startBatch: JobHandler = async (call, tools) => {
  const { batch, engine, owner } = tools;
  const parallelCount = parallelCountOf(call.query);
  const jobId = jobIdFor(owner, call.header('idempotency-key'), batch.newId);
  const { name, version } = await calledService(tools, call.params);
  const plan = await batch.catalog.plan(name, version);
  const body = await readJsonBody(call, batch.settings.maxJobBodyBytes);
  const { id } = await startServiceBatch(batch, engine, { owner, jobId, plan, body, parallelCount });
  const answer = jsonAnswer({ batchExecutionId: id, BatchExecutionId: id }, 202);
  return { ...answer, headers: { ...answer.headers, location: `/api/${name}/${version}/batch/${id}` } };
};

const listBatches: JobHandler = async ({ params }, tools) =>
  jsonAnswer(await listServiceBatches(tools.batch, await calledService(tools, params), tools.owners));

const batchStatus: JobHandler = async ({ params, query }, tools) => {
  const partial = showsPartialOf(query);
  const body = await serviceBatchView(tools.batch, tools.engine, await calledBatch(tools, params), partial);
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
};

const deleteBatch: JobHandler = async ({ params }, tools) => {
  const job = await calledBatch(tools, params);
  await deleteJob(tools.batch, tools.engine, job);
  return jsonAnswer([job.id]);
};

const all = 'api/{name}/{version}/batch';
const one = `${all}/{id}`;
const contract = 'consumption';

defineJobRoute({ contract, methods: ['POST'], routes: { startBatch: all }, handler: startBatch });
defineJobRoute({ contract, methods: ['GET'], routes: { listBatches: all }, handler: listBatches });
defineJobRoute({ contract, methods: ['GET'], routes: { batchStatus: one }, handler: batchStatus });
defineJobRoute({ contract, methods: ['DELETE'], routes: { deleteBatch: one }, handler: deleteBatch });
