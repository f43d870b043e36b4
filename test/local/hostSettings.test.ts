import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHostSettings, type AppSettings, type HostSettings } from '../../local/hostSettings.js';
import { makeApp } from './makeApp.js';

const read = (t: Parameters<typeof makeApp>[0], hostJson: object, settings: AppSettings = {}): HostSettings =>
  readHostSettings(makeApp(t, { files: {}, hostJson }), settings);

test('what is not given has the value of the real host', (t) => {
  const { isDisabled, ...values } = read(t, { extensions: {} });
  assert.equal(isDisabled('f'), false);
  assert.deepEqual(values, {
    routePrefix: 'api',
    maxBodyBytes: 104_857_600,
    functionTimeoutMs: 1_800_000,
    maxOutstandingRequests: -1,
    maxConcurrentRequests: -1,
    logLevel: 'information',
    homePageDisabled: false,
  });
});

test('names count in any letter case, and settings go before host.json', (t) => {
  const hostJson = {
    FunctionTimeout: '1.00:00:01',
    extensions: { HTTP: { RoutePrefix: '', maxOutstandingRequests: 0, maxConcurrentRequests: 5 } },
    logging: { logLevel: { default: 'WARNING' } },
  };
  const settings = {
    azurefunctionsjobhost__extensions__http__maxconcurrentrequests: '7',
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '12',
    'azurewebjobs.F.disabled': 'TRUE',
    AzureWebJobsDisableHomepage: '1',
  };
  const { isDisabled, ...values } = read(t, hostJson, settings);
  assert.equal(isDisabled('f'), true);
  assert.deepEqual(values, {
    routePrefix: '',
    maxBodyBytes: 12,
    functionTimeoutMs: 86_401_000,
    maxOutstandingRequests: 0,
    maxConcurrentRequests: 7,
    logLevel: 'warning',
    homePageDisabled: true,
  });
  assert.equal(read(t, { functionTimeout: '-1' }).functionTimeoutMs, undefined);
});

test('a value that cannot be is refused by its name', (t) => {
  for (const [http, message] of [
    [{ maxConcurrentRequests: 1.5 }, /"extensions.http.maxConcurrentRequests" must be a whole number$/],
    [{ maxOutstandingRequests: 'many' }, /"extensions.http.maxOutstandingRequests" must be a whole number$/],
    [{ routePrefix: 5 }, /"extensions.http.routePrefix" must be a text$/],
    [{ dynamicThrottlesEnabled: true }, /"extensions.http.dynamicThrottlesEnabled" is not available/],
  ] as const) {
    assert.throws(() => read(t, { extensions: { http } }), message);
  }
  assert.throws(() => read(t, { functionTimeout: '00:00:00' }), /"functionTimeout" must be/);
  assert.throws(() => read(t, { logging: { logLevel: { default: 'loud' } } }), /must be a log level$/);
});
