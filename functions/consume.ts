import type { RouteHandler } from '../shared/http/httpCall.js';
import { valueInAnyCase } from '../shared/http/queryValues.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { scoreAnswer } from '../shared/http/scoreAnswer.js';
import { failedAnswer } from '../shared/protocols/consumption/answer.js';
import { filesRequest } from '../shared/protocols/consumption/filesRequest.js';
import { defineRoute } from './host/defineRoute.js';

/** Machine Learning Server consumption (contracts/machine-learning-server.md 1.3). */
const consume: RouteHandler = async (call, { scorer, settings }) => {
  const { name = '', version = '' } = call.params;
  const files = outputFilesOf(call.query);
  const body = await readJsonBody(call, settings.maxBodyBytes);
  const form =
    files === undefined
      ? ({ codec: 'consumption', body } as const)
      : ({
          codec: 'consumptionFiles',
          body: filesRequest(files === 'all' ? undefined : files, body),
        } as const);
  return scoreAnswer(await scorer.score({ model: name, version, ...form }));
};

/** Which artifacts the answer carries: `true` for all that the model has, or their names with commas. */
function outputFilesOf(query: URLSearchParams): readonly string[] | 'all' | undefined {
  const names = (valueInAnyCase(query, 'outputfiles') ?? '').split(',').map((name) => name.trim());
  const wanted = names.filter((name) => name !== '');
  const [first] = wanted;
  if (first === undefined || wanted.length > 1) return first === undefined ? undefined : wanted;
  const word = first.toLowerCase();
  if (word === 'false') return undefined;
  return word === 'true' ? 'all' : wanted;
}

defineRoute({
  routes: { consume: 'api/{name}/{version}' },
  methods: ['POST'],
  access: 'score',
  contract: 'consumption',
  handler: consume,
  answerFault: ({ code, message }) =>
    code === 'SCORE_ERR_RUN_FAILED' || code === 'SCORE_ERR_MODEL_SCORING'
      ? { status: 200, headers: { 'content-type': 'application/json' }, body: failedAnswer(message) }
      : undefined,
});
