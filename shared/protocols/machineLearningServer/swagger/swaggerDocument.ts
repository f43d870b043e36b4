import type { ModelPlan } from '../../../models/modelPlan.js';
import { swaggerDefinitions } from './definitions.js';
import { swaggerPaths } from './paths.js';

/**
 * The Swagger 2.0 document of a service version, in the shape that clients of Machine Learning Server were generated from
 * (contracts/machine-learning-server.md 1.3). It names no host: it holds wherever it was read.
 */
export function swaggerDocument(plan: ModelPlan) {
  const { name, version, description, signature } = plan;
  return {
    swagger: '2.0',
    info: { description, title: name, version },
    schemes: ['http', 'https'],
    securityDefinitions: { Bearer: { type: 'apiKey', name: 'Authorization', in: 'header' } },
    tags: [{ name, description }],
    consumes: ['application/json'],
    produces: ['application/json'],
    paths: swaggerPaths(plan),
    definitions: swaggerDefinitions(signature),
  };
}
