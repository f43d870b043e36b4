import type { ScoreResult } from '../runtime/scorer.js';
import { modelHeaders } from './modelHeaders.js';
import type { HttpAnswer } from './httpCall.js';

/** The answer to a scoring call, with the headers that say which model gave it and what each stage took. */
export function scoreAnswer({ body, plan, took, cold }: ScoreResult): HttpAnswer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      ...modelHeaders(plan),
      'server-timing':
        `queue;dur=${ms(took.queue)}, decode;dur=${ms(took.decode)}, load;dur=${ms(took.load)}, ` +
        `run;dur=${ms(took.run)}, encode;dur=${ms(took.encode)}${cold ? ', cold' : ''}`,
    },
    body,
  };
}

/** Milliseconds with three decimals. */
const ms = (value: number) => Math.round(value * 1000) / 1000;
