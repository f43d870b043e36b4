import type { JobRecord } from '../../shared/batch/job.js';
import { reconcileJob } from '../../shared/batch/reconcile.js';
import { jobView, linksOf, pollAfterS } from '../../shared/batch/results/jobView.js';
import { isTerminal } from '../../shared/batch/state.js';
import type { HttpAnswer } from '../../shared/http/httpCall.js';
import { jsonAnswer } from '../../shared/http/jsonAnswer.js';
import type { JobTools } from './defineJobRoute.js';

/** The answer to a job that was taken: 202 with where to look for it. */
export function acceptedAnswer({ id, state }: JobRecord): HttpAnswer {
  const links = linksOf(id);
  const answer = jsonAnswer({ id, state, links }, 202);
  const wait: Record<string, string> = isTerminal(state) ? {} : { 'retry-after': String(pollAfterS) };
  return { ...answer, headers: { ...answer.headers, location: `/jobs/${id}`, ...wait } };
}

/** The answer about a job. Whoever looks at one that stands still has it compared with the engine. */
export async function shownJob({ batch, engine }: JobTools, job: JobRecord): Promise<HttpAnswer> {
  let shown = await jobView(batch, job);
  const reconciled = await reconcileJob(batch, engine, job, shown.lastSignMs);
  if (reconciled !== job) shown = await jobView(batch, reconciled);
  const answer = jsonAnswer(shown.view);
  if (isTerminal(reconciled.state)) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(pollAfterS) } };
}
