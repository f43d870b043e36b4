import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { modelHeaders } from '../shared/http/modelHeaders.js';
import { servableVersion } from '../shared/protocols/machineLearningServer/servableVersion.js';
import { swaggerDocument } from '../shared/protocols/machineLearningServer/swagger/swaggerDocument.js';
import { defineRoute } from './host/defineRoute.js';

const swagger: RouteHandler = async ({ params }, { catalog }) => {
  const plan = await servableVersion(catalog, params.name ?? '', params.version ?? '');
  const answer = jsonAnswer(swaggerDocument(plan));
  return { ...answer, headers: { ...answer.headers, ...modelHeaders(plan) } };
};

defineRoute({
  routes: { swagger: 'api/{name}/{version}/swagger.json' },
  methods: ['GET'],
  access: 'score',
  contract: 'consumption',
  handler: swagger,
});
