import type { RouteHandler } from '../shared/http/httpCall.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { scoreAnswer } from '../shared/http/scoreAnswer.js';
import { defineRoute } from './host/defineRoute.js';

/** Open Inference Protocol V2 inference (contracts/open-protocols.md 1.2). */
const modelInfer: RouteHandler = async (call, { scorer, settings }) => {
  const { model = '', version } = call.params;
  const body = await readJsonBody(call, settings.maxBodyBytes);
  const request = { model, codec: 'openInference', body } as const;
  return scoreAnswer(await scorer.score(version === undefined ? request : { ...request, version }));
};

defineRoute({
  routes: {
    modelInfer: 'v2/models/{model}/infer',
    modelVersionInfer: 'v2/models/{model}/versions/{version}/infer',
  },
  methods: ['POST'],
  access: 'score',
  contract: 'openInference',
  handler: modelInfer,
});
