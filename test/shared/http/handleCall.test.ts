import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noAuthenticator } from '../../../shared/auth/authenticator.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { handleCall } from '../../../shared/http/handleCall.js';
import type { HttpCall } from '../../../shared/http/httpCall.js';
import type { Services } from '../../../shared/services.js';
import { KeptLog } from '../../support/startServices.js';

const secret = 'a-live-refresh-token';
const call: HttpCall = {
  method: 'DELETE',
  path: `/login/refreshToken/${secret}`,
  query: new URLSearchParams(),
  params: { refreshToken: secret },
  header: () => undefined,
  body: () => Promise.resolve(new Uint8Array()),
};
const rules = {
  access: 'anonymous',
  contract: 'consumption',
  shownPath: '/login/refreshToken/{refreshToken}',
} as const;

async function answerTo(thrown: Error): Promise<{ body: string; lines: readonly string[] }> {
  const log = new KeptLog();
  const services = {
    ...{ auth: { authenticator: noAuthenticator }, log, newId: () => 'id' },
    presence: { touch: () => undefined },
  } as unknown as Services;
  const { body } = await handleCall(call, rules, () => Promise.reject(thrown), services);
  return { body: String(body), lines: log.lines };
}

test('a path with a secret stands for itself neither in the log nor in the answer', async () => {
  const cause = new Error('storage failed 6 times to read blob');
  for (const thrown of [
    new Error('a defect'),
    new ScoringError('SCORE_ERR_STORAGE_UNAVAILABLE', 'storage does not answer', { cause }),
    new ScoringError('SCORE_ERR_LOGIN_FAILED', 'no'),
  ]) {
    const { body, lines } = await answerTo(thrown);
    assert.ok(!(body + lines.join('\n')).includes(secret));
    assert.ok(body.includes('"instance":"/login/refreshToken/{refreshToken}"'));
  }
});

test('what storage was asked for is told to the log alone', async () => {
  const cause = new Error("storage failed 6 times to read 'state/logins/7.json': status 503");
  const { body, lines } = await answerTo(
    new ScoringError('SCORE_ERR_STORAGE_UNAVAILABLE', 'storage does not answer', { cause }),
  );
  assert.ok(!body.includes('state/'));
  assert.match(
    lines.join('\n'),
    /SCORE_ERR_STORAGE_UNAVAILABLE: storage failed 6 times to read 'state\/logins/,
  );
});
