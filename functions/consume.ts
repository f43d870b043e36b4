import type { RouteHandler } from '../shared/http/httpCall.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { scoreAnswer } from '../shared/http/scoreAnswer.js';
import { failedAnswer } from '../shared/protocols/consumption/answer.js';
import { defineRoute } from './host/defineRoute.js';

/** Machine Learning Server consumption (contracts/machine-learning-server.md 1.3). */
const consume: RouteHandler = async (call, { scorer, settings }) => {
  const { name = '', version = '' } = call.params;
  const body = await readJsonBody(call, settings.maxBodyBytes);
  return scoreAnswer(await scorer.score({ model: name, version, codec: 'consumption', body }));
};

defineRoute({
  routes: { consume: 'api/{name}/{version}' },
  methods: ['POST'],
  access: 'score',
  contract: 'consumption',
  handler: consume,
  answerFault: ({ code, message }) =>
    code === 'SCORE_ERR_RUN_FAILED'
      ? { status: 200, headers: { 'content-type': 'application/json' }, body: failedAnswer(message) }
      : undefined,
});
