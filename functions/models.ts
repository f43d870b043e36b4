import { mayUseService } from '../shared/auth/access.js';
import type { RouteHandler } from '../shared/http/httpCall.js';
import { modelHeaders } from '../shared/http/modelHeaders.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { modelList, modelMetadata } from '../shared/protocols/openInference/metadata.js';
import { defineRoute } from './host/defineRoute.js';

const list: RouteHandler = async (_call, { catalog }, caller) => {
  await catalog.current();
  return jsonAnswer(modelList(catalog.list().filter(({ name }) => mayUseService(caller, name))));
};

const metadata: RouteHandler = async ({ params }, { catalog }) => {
  const plan = await catalog.plan(params.model ?? '', params.version);
  const versions = catalog.list().flatMap((entry) => (entry.name === plan.name ? [entry.version] : []));
  const answer = jsonAnswer(modelMetadata(plan, versions));
  return { ...answer, headers: { ...answer.headers, ...modelHeaders(plan) } };
};

const ready: RouteHandler = async ({ params }, { catalog }) => {
  const { name, state } = await catalog.lookUp(params.model ?? '', params.version);
  const answer = jsonAnswer({ name, ready: state === 'READY' }, state === 'READY' ? 200 : 503);
  return state === 'LOADING' ? { ...answer, headers: { ...answer.headers, 'retry-after': '1' } } : answer;
};

const rules = { methods: ['GET'], access: 'score', contract: 'openInference' } as const;

defineRoute({ ...rules, routes: { modelList: 'v2/models' }, handler: list });

defineRoute({
  ...rules,
  routes: {
    modelMetadata: 'v2/models/{model}',
    modelVersionMetadata: 'v2/models/{model}/versions/{version}',
  },
  handler: metadata,
});

defineRoute({
  ...rules,
  routes: {
    modelReady: 'v2/models/{model}/ready',
    modelVersionReady: 'v2/models/{model}/versions/{version}/ready',
  },
  handler: ready,
});
