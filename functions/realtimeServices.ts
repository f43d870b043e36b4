import type { HttpCall, RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { modelHeaders } from '../shared/http/modelHeaders.js';
import { readBody } from '../shared/http/readBody.js';
import { patchModel } from '../shared/publish/patchModel.js';
import { publishModel } from '../shared/publish/publishModel.js';
import type { PublishBody } from '../shared/publish/receivePublish.js';
import type { Settings } from '../shared/settings.js';
import { defineRoute } from './host/defineRoute.js';

/** Machine Learning Server realtime services (contracts/machine-learning-server.md 1.2): the answer is the version. */
const publish: RouteHandler = async (call, services, caller) => {
  // where none is named the server gives one
  const { name = '', version = services.newId() } = call.params;
  const body = bodyOf(call, services.settings);
  const plan = await publishModel(services.publishing(), caller, { name, version }, body);
  const answer = jsonAnswer(version, 201);
  const location = `/services/${name}/${version}`;
  return { ...answer, headers: { ...answer.headers, ...modelHeaders(plan), location } };
};

const patch: RouteHandler = async (call, services, caller) => {
  const { name = '', version = '' } = call.params;
  const body = bodyOf(call, services.settings);
  return jsonAnswer(await patchModel(services.publishing(), caller, { name, version }, body));
};

const bodyOf = (call: HttpCall, { maxPublishBodyBytes }: Settings): PublishBody => ({
  contentType: call.header('content-type'),
  contentEncoding: call.header('content-encoding'),
  take: () => readBody(call, maxPublishBodyBytes),
});

const one = 'realtime-services/{name}/{version}';
const rules = { access: 'model', contract: 'consumption' } as const;

defineRoute({
  ...rules,
  methods: ['POST'],
  routes: { publishRealtime: 'realtime-services/{name}', publishRealtimeVersion: one },
  handler: publish,
});

defineRoute({ ...rules, methods: ['PATCH'], routes: { patchRealtime: one }, handler: patch });
