import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { serverStatus } from '../shared/protocols/machineLearningServer/serverStatus.js';
import { defineRoute } from './host/defineRoute.js';

const status: RouteHandler = async (_call, services) => jsonAnswer(await serverStatus(services));

/** The instances that are there now; none of them can be called by its name. */
const computeNodes: RouteHandler = async (_call, { presence }) => {
  const instances = await presence.live();
  return jsonAnswer({ computeNodes: instances.map(({ id }) => id) });
};

const rules = { methods: ['GET'], access: 'score', contract: 'consumption' } as const;

defineRoute({ ...rules, routes: { status: 'status' }, handler: status });
defineRoute({ ...rules, routes: { computeNodes: 'computenodes' }, handler: computeNodes });
