import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHost, type RunningHost } from '../../local/host.js';
import type { Case } from './caseBuilders.js';
import { answerCases } from './cases/answers.js';
import { bodyCases } from './cases/bodies.js';
import { hostCases } from './cases/host.js';
import { requestCases } from './cases/requests.js';
import { routingCases } from './cases/routing.js';
import { exceptions, notPlayed } from './exceptions.js';
import { send } from './rawHttp.js';
import { KEYS } from './keys.js';
import { APP_DIR, recordAnswer } from './recordedAnswer.js';

const SETTINGS = {
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1048576',
  'AzureWebJobs.httpDisabled.Disabled': 'true',
  AzureFunctionsWebHost__hostId: 'conf7271',
};
const CASES: readonly Case[] = [...routingCases, ...requestCases, ...bodyCases, ...answerCases, ...hostCases];

const LISTED_WITHOUT_ROUTE = [
  ...['httpBadAdmin', 'httpBadAdministrators', 'httpBadClashOne', 'httpBadClashTwo', 'httpBadRuntime'],
  'httpDisabled',
];
const FUNCTION_FIELDS = [
  ...['name', 'script_root_path_href', 'script_href', 'config_href', 'test_data_href', 'href'],
  ...['invoke_url_template', 'language', 'config', 'files', 'test_data', 'isDisabled', 'isDirect', 'isProxy'],
];

describe('answers of the local host are those of a recorded Functions host', { concurrency: 8 }, () => {
  let host: RunningHost;
  before(async () => {
    const log = { log: () => undefined };
    const where = { appDir: APP_DIR, hostname: '127.0.0.1', port: 0 };
    host = await startHost({ ...where, settings: SETTINGS, keys: KEYS, log });
  });
  after(async () => {
    await host.stop(0);
  });

  for (const { id, title, steps } of CASES) {
    test(`${id}: ${title}`, async () => {
      for (const { name, request, answer } of steps) {
        const exception = exceptions.find((one) => one.id === id && one.step === name);
        const expected = exception?.answer ?? answer;
        const actual = recordAnswer(await send(host.port, request), host.port);
        // Only what was recorded of an answer is compared.
        const compared = Object.keys(expected).length === 1 ? { status: actual.status } : actual;
        assert.deepEqual(sorted(compared), sorted(expected), name);
      }
    });
  }

  for (const [path, names, first] of [
    ['functions', LISTED_WITHOUT_ROUTE, FUNCTION_FIELDS],
    ['host/keys', ['default'], ['name', 'value']],
    ['host/systemkeys', ['blobs_extension', 'durabletask_extension'], ['name', 'value']],
  ] as const) {
    test(`admin-functions, admin-keys: names in admin/${path}`, async () => {
      const answer = await send(host.port, { path: `/admin/${path}?code=${KEYS.master}` });
      const { body, headers, status } = recordAnswer(answer, host.port);
      assert.equal(status, 200);
      assert.equal(headers?.['content-type'], 'application/json; charset=utf-8');
      const { json } = body as { json: Named[] | { keys: Named[] } };
      const list = Array.isArray(json) ? json : json.keys;
      const listed = list.map(({ name }) => name);
      // Of the functions only those that cannot be called: the recorded app has others besides.
      assert.deepEqual(
        path === 'functions' ? listed.filter((name) => /^http(?:Bad|Dis)/.test(name)) : listed.sort(),
        names,
      );
      assert.deepEqual(Object.keys(list[0] ?? {}), first);
    });
  }

  test('client-abort: the caller goes away, the function runs on', async () => {
    await send(host.port, { path: '/r/abort/mark', abortAfter: 100 });
    let lines: unknown;
    for (let tries = 0; tries < 40; tries++) {
      const answer = recordAnswer(await send(host.port, { path: '/r/trace/mark' }), host.port);
      lines = (answer.body as { json: unknown[] }).json;
      if ((lines as unknown[]).length === 2) break;
      await sleep(50);
    }
    assert.deepEqual(lines, [{ at: 'start' }, { at: 'end' }]);
  });

  for (const [cases, reason] of Object.entries(notPlayed)) test(cases, { skip: reason });

  test('every exception names a step that is played', () => {
    for (const { id, step } of exceptions) {
      const played = CASES.find((one) => one.id === id)?.steps.some(({ name }) => name === step);
      assert.equal(played, true, `${id}: ${step}`);
    }
  });
});

interface Named {
  readonly name: string;
}

/** Header order is no part of an answer. */
function sorted<T extends { readonly headers?: object }>(answer: T): T {
  if (answer.headers === undefined) return answer;
  const headers = Object.fromEntries(Object.entries(answer.headers).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...answer, headers };
}
