import { requireServices } from '../shared/auth/access.js';
import { findSchedule, requireSchedule } from '../shared/batch/schedules/findSchedule.js';
import { parseScheduleRequest } from '../shared/batch/schedules/parseScheduleRequest.js';
import type { Schedule } from '../shared/batch/schedules/schedule.js';
import { ScheduleStore } from '../shared/batch/schedules/scheduleStore.js';
import { rulesOf } from '../shared/batch/submit/rulesOf.js';
import type { HttpCall } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { defineJobRoute, type JobHandler, type JobTools } from './host/defineJobRoute.js';

const putSchedule: JobHandler = async (call, tools) => {
  const { batch, caller } = tools;
  const asked = askedOf(call, tools);
  const body = await readJsonBody(call, batch.settings.maxBodyBytes);
  const request = parseScheduleRequest(body, asked.name, rulesOf(batch.settings));
  requireServices(caller, ...request.options.services);
  for (const { name: model, version } of request.options.services) await batch.catalog.lookUp(model, version);
  const known = await findSchedule(asked);
  const name = { ...asked.name, owner: known?.owner ?? tools.owner };
  return jsonAnswer(viewOf(await storeOf(tools).put(name, request, { nowMs: batch.clock.wallMs() })));
};

const getSchedule: JobHandler = async (call, tools) =>
  jsonAnswer(viewOf(await requireSchedule(askedOf(call, tools))));

const listSchedules: JobHandler = async ({ params: { name: service = '' } }, tools) => {
  const schedules: Schedule[] = [];
  for await (const one of storeOf(tools).list({ service, owners: tools.owners })) schedules.push(one);
  schedules.sort((a, b) => (a.id < b.id ? -1 : 1));
  return jsonAnswer({ schedules: schedules.map(viewOf) });
};

const deleteSchedule: JobHandler = async (call, tools) => {
  await storeOf(tools).remove(await requireSchedule(askedOf(call, tools)));
  return { status: 204, headers: {} };
};

const storeOf = ({ batch }: JobTools) => new ScheduleStore(batch.store, batch.log);

const askedOf = ({ params: { name = '', id = '' }, query }: HttpCall, tools: JobTools) => ({
  ...{ schedules: storeOf(tools), name: { service: name, id }, caller: tools.owner, owners: tools.owners },
  owner: query.get('owner') ?? undefined,
});

function viewOf({
  service,
  id,
  owner,
  cron,
  enabled,
  options,
  createdMs,
  lastDueMs,
  lastJobId,
}: Schedule): object {
  return {
    ...{ service, id, owner, cron, enabled, options, created: new Date(createdMs).toISOString() },
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
