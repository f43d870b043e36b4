import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { serverMetadata } from '../shared/protocols/openInference/metadata.js';
import { defineRoute } from './host/defineRoute.js';

const serverLive: RouteHandler = () => jsonAnswer({ live: true });

const serverReady: RouteHandler = (_call, services) => {
  const ready = services.isReady();
  return jsonAnswer({ ready }, ready ? 200 : 503);
};

defineRoute({
  routes: { serverLive: 'v2/health/live' },
  methods: ['GET', 'HEAD'],
  access: 'anonymous',
  contract: 'openInference',
  handler: serverLive,
});

defineRoute({
  routes: { serverReady: 'v2/health/ready' },
  methods: ['GET', 'HEAD'],
  access: 'anonymous',
  contract: 'openInference',
  handler: serverReady,
});

defineRoute({
  routes: { serverMetadata: 'v2' },
  methods: ['GET'],
  access: 'score',
  contract: 'openInference',
  handler: (_call, { version }) => jsonAnswer(serverMetadata(version)),
});
