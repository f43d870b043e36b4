import { ScoringError } from '../shared/errors/scoringError.js';
import { JobPaths } from '../shared/batch/jobPaths.js';
import type { ResultFile } from '../shared/batch/join/resultFiles.js';
import { ownJob } from '../shared/batch/ownJob.js';
import { errorPage } from '../shared/batch/results/errorPage.js';
import { jobLog } from '../shared/batch/results/jobLog.js';
import { mostPageRows, resultPage, resultRow } from '../shared/batch/results/resultPage.js';
import { wholeFile } from '../shared/batch/results/wholeFile.js';
import type { HttpAnswer } from '../shared/http/httpCall.js';
import { wholeNumberOf, wholeNumberText } from '../shared/http/queryValues.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';

/** Rows or error rows: a page as JSON, or the whole file. */
function rowsOf(kind: ResultFile['kind'], pageText: typeof resultPage): JobHandler {
  return async (call, tools) => {
    const job = await ownJob(tools, call.params.id);
    const page = pageOf(call.query);
    return page.isWhole
      ? wholeFile(tools.batch, job, kind, page.result, call.header('range'))
      : json(await pageText(tools.batch, job, page));
  };
}

const resultOfRow: JobHandler = async ({ params, query }, tools) => {
  const job = await ownJob(tools, params.id);
  const row = wholeNumberText('row', params.row ?? '', { min: 0, max: Number.MAX_SAFE_INTEGER });
  return json(await resultRow(tools.batch, job, row, query.get('result') ?? undefined));
};

const manifest: JobHandler = async ({ params }, tools) => {
  const job = await ownJob(tools, params.id);
  const found = await tools.batch.store.read(new JobPaths(job.id).manifest);
  if (job.state === 'Complete' && found) return json(found.bytes);
  throw new ScoringError(
    'SCORE_ERR_JOB_STATE',
    `the job is ${job.state}: a manifest is written when it is Complete`,
  );
};

const log: JobHandler = async ({ params }, tools) => {
  const body = await jobLog(tools.batch, await ownJob(tools, params.id));
  return { status: 200, headers: { 'content-type': 'application/jsonl' }, body };
};

/** A page of rows where `from` or `count` is given, else the whole file. */
function pageOf(query: URLSearchParams) {
  return {
    isWhole: !query.has('from') && !query.has('count'),
    from: wholeNumberOf(query, 'from', { fallback: 0, min: 0, max: Number.MAX_SAFE_INTEGER - mostPageRows }),
    count: wholeNumberOf(query, 'count', { fallback: 1000, min: 1, max: mostPageRows }),
    result: query.get('result') ?? undefined,
  };
}

const json = (body: string | Uint8Array): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

defineJobRoute({
  methods: ['GET'],
  routes: { jobResults: 'jobs/{id}/results' },
  handler: rowsOf('result', resultPage),
});
defineJobRoute({
  methods: ['GET'],
  routes: { jobResultRow: 'jobs/{id}/results/{row}' },
  handler: resultOfRow,
});
defineJobRoute({
  methods: ['GET'],
  routes: { jobErrors: 'jobs/{id}/errors' },
  handler: rowsOf('errors', errorPage),
});
defineJobRoute({ methods: ['GET'], routes: { jobManifest: 'jobs/{id}/manifest' }, handler: manifest });
defineJobRoute({ methods: ['GET'], routes: { jobLog: 'jobs/{id}/log' }, handler: log });
