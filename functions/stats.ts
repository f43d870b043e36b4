import { mayUseService } from '../shared/auth/access.js';
import type { CatalogEntry } from '../shared/models/catalog.js';
import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { modelStatistics } from '../shared/protocols/openInference/statistics.js';
import { modelKey } from '../shared/runtime/scorer.js';
import type { Services } from '../shared/services.js';
import { defineRoute } from './host/defineRoute.js';

const allModels: RouteHandler = async (_call, services, caller) => {
  await services.catalog.current();
  return answer(
    services.catalog.list().filter(({ name }) => mayUseService(caller, name)),
    services,
  );
};

const oneModel: RouteHandler = async ({ params }, services) => {
  const { name } = await services.catalog.lookUp(params.model ?? '');
  return answer(
    services.catalog.list().filter((entry) => entry.name === name),
    services,
  );
};

const oneVersion: RouteHandler = async ({ params }, services) =>
  answer([await services.catalog.lookUp(params.model ?? '', params.version)], services);

function answer(entries: readonly CatalogEntry[], { stats }: Services) {
  return jsonAnswer({
    model_stats: entries.map(({ name, version }) =>
      modelStatistics(name, version, stats.of(modelKey(name, version))),
    ),
  });
}

const rules = { methods: ['GET'], access: 'score', contract: 'openInference' } as const;

// this name sorts before modelMetadata, whose template also matches v2/models/stats
defineRoute({ ...rules, routes: { allModelStats: 'v2/models/stats' }, handler: allModels });
defineRoute({ ...rules, routes: { modelStats: 'v2/models/{model}/stats' }, handler: oneModel });
defineRoute({
  ...rules,
  routes: { modelVersionStats: 'v2/models/{model}/versions/{version}/stats' },
  handler: oneVersion,
});
