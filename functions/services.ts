import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { modelHeaders } from '../shared/http/modelHeaders.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { deletePublished } from '../shared/models/published/deletePublished.js';
import { describeVersion } from '../shared/protocols/machineLearningServer/changeService.js';
import {
  mostDescribingBytes,
  parseServiceChanges,
  scriptRefusal,
} from '../shared/protocols/machineLearningServer/parseServiceChanges.js';
import { servableVersion } from '../shared/protocols/machineLearningServer/servableVersion.js';
import { listedEntries, serviceRecords } from '../shared/protocols/machineLearningServer/serviceRecords.js';
import { serviceRecordView } from '../shared/protocols/machineLearningServer/serviceRecordView.js';
import { defineRoute } from './host/defineRoute.js';

const listServices: RouteHandler = async (_call, { catalog, clock }, caller) =>
  jsonAnswer(serviceRecords(await listedEntries(catalog, clock), caller));

/** A model that is not there has no versions: the contract knows no 404 here. */
const serviceVersions: RouteHandler = async ({ params }, { catalog, clock }, caller) =>
  jsonAnswer(serviceRecords(await listedEntries(catalog, clock, params.name ?? ''), caller));

/** A list with one record, which is what generated clients read; the Python client takes its first. */
const serviceVersion: RouteHandler = async ({ params }, { catalog }, caller) => {
  const plan = await servableVersion(catalog, params.name ?? '', params.version ?? '');
  const answer = jsonAnswer([serviceRecordView(plan, caller)]);
  return { ...answer, headers: { ...answer.headers, ...modelHeaders(plan) } };
};

const patchService: RouteHandler = async (call, services, caller) => {
  const { name = '', version = '' } = call.params;
  const changes = parseServiceChanges(await readJsonBody(call, mostDescribingBytes));
  return jsonAnswer(await describeVersion(services, { name, version }, changes, caller));
};

const deleteService: RouteHandler = async ({ params: { name = '', version = '' } }, services, caller) => {
  await deletePublished(services, name, version, caller);
  return jsonAnswer(version);
};

const refuseScript: RouteHandler = () => {
  throw scriptRefusal();
};

const one = 'services/{name}/{version}';
const reading = { methods: ['GET'], access: 'score', contract: 'consumption' } as const;
const changing = { access: 'model', contract: 'consumption' } as const;

defineRoute({ ...reading, routes: { listServices: 'services' }, handler: listServices });
defineRoute({ ...reading, routes: { serviceVersions: 'services/{name}' }, handler: serviceVersions });
defineRoute({ ...reading, routes: { serviceVersion: one }, handler: serviceVersion });
defineRoute({ ...changing, methods: ['PATCH'], routes: { patchService: one }, handler: patchService });
defineRoute({ ...changing, methods: ['DELETE'], routes: { deleteService: one }, handler: deleteService });
defineRoute({
  ...changing,
  methods: ['POST'],
  routes: {
    publishScript: 'services/{name}',
    publishScriptVersion: one,
    startSession: 'sessions',
    takeSnapshot: 'snapshots',
  },
  handler: refuseScript,
});
