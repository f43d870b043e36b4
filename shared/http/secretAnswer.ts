import type { HttpAnswer } from './httpCall.js';
import { jsonAnswer } from './jsonAnswer.js';

/** An answer with a JSON body that no cache may keep. */
export function secretAnswer(value: unknown, status = 200): HttpAnswer {
  const { headers, ...answer } = jsonAnswer(value, status);
  return { ...answer, headers: { ...headers, 'cache-control': 'no-store' } };
}
