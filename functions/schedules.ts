import { parseScheduleRequest, type ScheduleName } from '../shared/batch/schedules/parseScheduleRequest.js';
import type { Schedule } from '../shared/batch/schedules/schedule.js';
import { ScheduleStore } from '../shared/batch/schedules/scheduleStore.js';
import { rulesOf } from '../shared/batch/submit/rulesOf.js';
import { ScoringError } from '../shared/errors/scoringError.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { defineJobRoute, type JobHandler, type JobTools } from './host/defineJobRoute.js';

const putSchedule: JobHandler = async (call, tools) => {
  const { batch, owner, owners } = tools;
  const name = nameOf(call.params);
  const known = await storeOf(tools).get(name);
  if (known && !owners.includes(known.owner)) throw notFound();
  const body = await readJsonBody(call, batch.settings.maxBodyBytes);
  const request = parseScheduleRequest(body, name, rulesOf(batch.settings));
  for (const { name: model, version } of request.options.services) await batch.catalog.lookUp(model, version);
  const stored = await storeOf(tools).put(name, request, { owner, nowMs: batch.clock.wallMs() });
  return jsonAnswer(viewOf(stored));
};

const getSchedule: JobHandler = async ({ params }, tools) => {
  return jsonAnswer(viewOf(await ownSchedule(tools, nameOf(params))));
};

const listSchedules: JobHandler = async ({ params }, tools) => {
  const schedules: object[] = [];
  for await (const schedule of storeOf(tools).list(params.name ?? '')) {
    if (tools.owners.includes(schedule.owner)) schedules.push(viewOf(schedule));
  }
  return jsonAnswer({ schedules });
};

const deleteSchedule: JobHandler = async ({ params }, tools) => {
  await storeOf(tools).remove(await ownSchedule(tools, nameOf(params)));
  return { status: 204, headers: {} };
};

/** A schedule of the caller; that of somebody else is not there for him. */
async function ownSchedule(tools: JobTools, name: ScheduleName): Promise<Schedule> {
  const found = await storeOf(tools).get(name);
  if (!found || !tools.owners.includes(found.owner)) throw notFound();
  return found;
}

const storeOf = ({ batch }: JobTools) => new ScheduleStore(batch.store, batch.log);

const nameOf = ({ name = '', id = '' }: Readonly<Record<string, string>>) => ({ service: name, id });

const notFound = () => new ScoringError('SCORE_ERR_SCHEDULE_NOT_FOUND', 'there is no such schedule');

function viewOf({ service, id, cron, enabled, options, createdMs, lastDueMs, lastJobId }: Schedule): object {
  return {
    ...{ service, id, cron, enabled, options, created: new Date(createdMs).toISOString() },
    ...(lastDueMs === undefined ? {} : { lastDue: new Date(lastDueMs).toISOString(), lastJob: lastJobId }),
  };
}

const route = 'services/{name}/schedules/{id}';

defineJobRoute({ methods: ['PUT'], routes: { putSchedule: route }, handler: putSchedule });
defineJobRoute({ methods: ['GET'], routes: { getSchedule: route }, handler: getSchedule });
defineJobRoute({ methods: ['DELETE'], routes: { deleteSchedule: route }, handler: deleteSchedule });
defineJobRoute({
  methods: ['GET'],
  routes: { listSchedules: 'services/{name}/schedules' },
  handler: listSchedules,
});
