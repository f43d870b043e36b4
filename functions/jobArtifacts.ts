import { jobArtifacts } from '../shared/batch/artifacts/jobArtifacts.js';
import { ownJob } from '../shared/batch/ownJob.js';
import { mostItems } from '../shared/batch/service/findItems.js';
import { wholeNumberOf } from '../shared/http/queryValues.js';
import { services } from '../shared/services.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';

const artifactsOfJob: JobHandler = async ({ params, query, header }, tools) => {
  const job = await ownJob(tools, params.id);
  const from = wholeNumberOf(query, 'from', { fallback: 0, min: 0, max: mostItems });
  const count = wholeNumberOf(query, 'count', { fallback: mostItems, min: 1, max: mostItems });
  return jobArtifacts(tools.batch, services().scorer, job, { from, count, range: header('range') });
};

defineJobRoute({
  methods: ['GET'],
  routes: { jobArtifacts: 'jobs/{id}/artifacts' },
  handler: artifactsOfJob,
});
