import { requireServices } from '../shared/auth/access.js';
import { cancelJob } from '../shared/batch/cancelJob.js';
import { jobStates } from '../shared/batch/job.js';
import { listJobs } from '../shared/batch/jobIndex.js';
import { deleteJob } from '../shared/batch/removeJob.js';
import { rerunJob } from '../shared/batch/rerunJob.js';
import { uploadReadsOf } from '../shared/batch/uploads/readableUploads.js';
import { submitBatch } from '../shared/batch/submitBatch.js';
import { jobIdFor } from '../shared/batch/submit/jobIds.js';
import { parseJobRequest } from '../shared/batch/submit/parseJobRequest.js';
import { ScoringError } from '../shared/errors/scoringError.js';
import { choiceOf, modelNameOf, wholeNumberOf } from '../shared/http/queryValues.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { readBody } from '../shared/http/readBody.js';
import { acceptedAnswer, shownJob } from './host/jobAnswers.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';
import { ownJob } from '../shared/batch/ownJob.js';
import { rulesOf } from '../shared/batch/submit/rulesOf.js';

const submitJob: JobHandler = async (call, { batch, engine, caller, owner }) => {
  const { settings } = batch;
  // the key first: a repeat must not cost an upload that cannot be used
  const jobId = jobIdFor(owner, call.header('idempotency-key'), batch.newId);
  const bytes = await readBody(call, settings.maxJobBodyBytes);
  const request = {
    bytes,
    query: call.query,
    contentType: call.header('content-type'),
    contentEncoding: call.header('content-encoding'),
  };
  const spec = await parseJobRequest(request, rulesOf(settings));
  requireServices(caller, ...spec.services);
  const body = spec.input.kind === 'body' ? { body: bytes } : {};
  const reads = uploadReadsOf(caller);
  return acceptedAnswer(
    await submitBatch(batch, engine, { owner, reads, origin: 'http', jobId, spec, ...body }),
  );
};

const listOwnJobs: JobHandler = async ({ query }, { batch, owners }) => {
  const service = modelNameOf(query, 'service');
  const version = modelNameOf(query, 'version');
  if (service === undefined && version !== undefined) {
    throw new ScoringError('SCORE_ERR_JOB_OPTION', 'version: expected service with it');
  }
  const state = choiceOf(query, 'state', jobStates);
  const filter = {
    ...(owners === 'all' ? {} : { owners }),
    ...(service === undefined ? {} : { service }),
    ...(version === undefined ? {} : { version }),
    ...(state === undefined ? {} : { state }),
  };
  const count = wholeNumberOf(query, 'count', { fallback: 50, min: 1, max: 500 });
  const { jobs, next } = await listJobs(batch.store, filter, query.get('page') ?? undefined, count);
  const shown = jobs.map(({ id, state, services, rows, failed, createdMs }) => ({
    ...{ id, state, services, rows, failed },
    created: new Date(createdMs).toISOString(),
    links: { self: `/jobs/${id}` },
  }));
  return jsonAnswer({ jobs: shown, ...(next === undefined ? {} : { next }) });
};

const getJob: JobHandler = async ({ params }, tools) => shownJob(tools, await ownJob(tools, params.id));

const cancelOwnJob: JobHandler = async ({ params }, tools) =>
  shownJob(tools, await cancelJob(tools.batch, await ownJob(tools, params.id)));

const deleteOwnJob: JobHandler = async ({ params }, tools) => {
  await deleteJob(tools.batch, tools.engine, await ownJob(tools, params.id));
  return { status: 204, headers: {} };
};

const rerunOwnJob: JobHandler = async ({ params, header }, tools) => {
  const { batch, engine, caller, owner } = tools;
  const jobId = jobIdFor(owner, header('idempotency-key'), batch.newId);
  const job = await ownJob(tools, params.id);
  requireServices(caller, ...job.spec.services);
  return acceptedAnswer(await rerunJob(batch, engine, job, { jobId, owner, reads: uploadReadsOf(caller) }));
};

defineJobRoute({ methods: ['POST'], routes: { submitJob: 'jobs' }, handler: submitJob });
defineJobRoute({ methods: ['GET'], routes: { listJobs: 'jobs' }, handler: listOwnJobs });
defineJobRoute({ methods: ['GET'], routes: { getJob: 'jobs/{id}' }, handler: getJob });
defineJobRoute({ methods: ['DELETE'], routes: { deleteJob: 'jobs/{id}' }, handler: deleteOwnJob });
defineJobRoute({ methods: ['POST'], routes: { cancelJob: 'jobs/{id}/cancel' }, handler: cancelOwnJob });
defineJobRoute({ methods: ['POST'], routes: { rerunJob: 'jobs/{id}/rerun' }, handler: rerunOwnJob });
