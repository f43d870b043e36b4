import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import type { AppSettings } from '../../local/appSettings.js';
import { readHostSettings, type HostSettings } from '../../local/hostSettings.js';
import { makeApp } from './makeApp.js';

const read = (t: Parameters<typeof makeApp>[0], hostJson: object, settings: AppSettings = {}): HostSettings =>
  readHostSettings(makeApp(t, { files: {}, hostJson }), settings);

/** What can be compared by value. */
function values(settings: HostSettings): object {
  assert.match(settings.hostId, /^[\da-f]{32}$/);
  const notCompared = ['hostId', 'isDisabled', 'readSetting'];
  const others = Object.entries(settings).filter(([name]) => !notCompared.includes(name));
  return { ...Object.fromEntries(others), logLevels: [...settings.logLevels] };
}

test('what is not given has the value of the real host', (t) => {
  const settings = read(t, { extensions: {}, logging: null });
  assert.equal(settings.isDisabled('f'), false);
  const cores = availableParallelism();
  assert.deepEqual(values(settings), {
    routePrefix: 'api',
    maxBodyBytes: 104_857_600,
    functionTimeoutMs: 1_800_000,
    maxOutstandingRequests: -1,
    maxConcurrentRequests: -1,
    logLevels: [],
    homePageDisabled: false,
    blobs: { maxDegreeOfParallelism: 8 * cores, poisonBlobThreshold: 5 },
    durable: {
      hubName: 'TestHubName',
      maxConcurrentActivityFunctions: 10 * cores,
      maxConcurrentOrchestratorFunctions: 10 * cores,
      overridableExistingInstanceStates: 'NonRunningStates',
    },
    unknownKeys: [],
  });
});

test('names count in any letter case, and settings go before host.json', (t) => {
  const hostJson = {
    FunctionTimeout: '1.00:00:01',
    extensions: {
      HTTP: { RoutePrefix: '', maxOutstandingRequests: 0, maxConcurrentRequests: 5 },
      blobs: { maxDegreeOfParallelism: 3, poisonBlobThreshold: '2' },
      DurableTask: {
        hubName: '%Hub_Name%',
        maxConcurrentActivityFunctions: 4,
        maxConcurrentOrchestratorFunctions: 6,
        overridableExistingInstanceStates: 'anystate',
        storageProvider: { type: 'AzureStorage', controlQueueVisibilityTimeout: '00:01:00' },
      },
    },
    logging: { logLevel: { default: 'WARNING', 'Host.Triggers.DurableTask': 'debug' } },
  };
  const settings = read(t, hostJson, {
    azurefunctionsjobhost__extensions__http__maxconcurrentrequests: '7',
    'AzureFunctionsJobHost__logging__logLevel__Function.score': 'Error',
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '12',
    'azurewebjobs.F.disabled': 'TRUE',
    AzureWebJobsDisableHomepage: '1',
    HUB_NAME: 'Hub1',
  });
  assert.equal(settings.isDisabled('f'), true);
  assert.deepEqual(values(settings), {
    routePrefix: '',
    maxBodyBytes: 12,
    functionTimeoutMs: 86_401_000,
    maxOutstandingRequests: 0,
    maxConcurrentRequests: 7,
    logLevels: [
      ['default', 'warning'],
      ['host.triggers.durabletask', 'debug'],
      ['function.score', 'error'],
    ],
    homePageDisabled: true,
    blobs: { maxDegreeOfParallelism: 3, poisonBlobThreshold: 2 },
    durable: {
      hubName: 'Hub1',
      maxConcurrentActivityFunctions: 4,
      maxConcurrentOrchestratorFunctions: 6,
      overridableExistingInstanceStates: 'AnyState',
    },
    unknownKeys: [],
  });
  assert.equal(read(t, { functionTimeout: '-1' }).functionTimeoutMs, undefined);
  assert.equal(read(t, {}, { azurefunctionswebhost__hostid: 'mine' }).hostId, 'mine');
});

test('a value that cannot be is refused by its name', (t) => {
  for (const [path, value, message] of [
    ['functionTimeout', '00:00:00', /"functionTimeout" must be hh:mm:ss of at least one second, or -1$/],
    ['functionTimeout', 5, /"functionTimeout" must be/],
    ['functionTimeout', '24.00:00:01', /"functionTimeout" must be 24 days or less$/],
    ['extensions', 5, /"extensions" must be an object$/],
    ['extensions.http.routePrefix', 5, /"extensions.http.routePrefix" must be a text$/],
    ['extensions.http.routePrefix', { a: 1 }, /"extensions.http.routePrefix.a" is inside of a single value$/],
    ['extensions.http.maxConcurrentRequests', 1.5, /maxConcurrentRequests" must be a whole number$/],
    ['extensions.http.maxOutstandingRequests', 'many', /maxOutstandingRequests" must be a whole number$/],
    [
      'extensions.http.dynamicThrottlesEnabled',
      true,
      /"extensions.http.dynamicThrottlesEnabled" is not avail/,
    ],
    ['extensions.http.customHeaders.X-A', 'b', /"extensions.http.customHeaders.X-A" is not available/],
    ['extensions.blobs.poisonBlobThreshold', 0, /"extensions.blobs.poisonBlobThreshold" must be 1 or more$/],
    ['extensions.durableTask.hubName', 'my-hub', /hubName" must be 3 to 45 letters and digits/],
    ['extensions.durableTask.hubName', '%NONE%', /hubName": the app setting "NONE" of "%NONE%" is missing$/],
    ['extensions.durableTask.storageProvider.type', 'mssql', /type" must be azureStorage in the local host$/],
    [
      'extensions.durableTask.storageProvider.controlQueueVisibilityTimeout',
      '00:00:59',
      /controlQueueVisibilityTimeout" must be hh:mm:ss of at least one minute$/,
    ],
    ['extensions.durableTask.storageProvider.partitionCount', 17, /partitionCount" must be 16 or less$/],
    [
      'extensions.durableTask.storeInputsInOrchestrationHistory',
      'True',
      /is not available in the local host$/,
    ],
    ['extensions.durableTask.maxOrchestrationActions', 10, /must be 100000 or more$/],
    ['logging.logLevel.default', 'loud', /"logging.logLevel.default" must be a log level$/],
    ['logging.logLevel.a', 'constructor', /"logging.logLevel.a" must be a log level$/],
    ['functions', ['a'], /"functions" is not available/],
  ] as const) {
    const hostJson = path
      .split('.')
      .reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
    assert.throws(() => read(t, hostJson), { name: 'HostFault', message }, path);
  }
  assert.throws(() => read(t, {}, { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: 'x' }), /"FUNCTIONS_.*whole number$/);
});

test('keys without an effect here are taken, unknown ones are named', (t) => {
  const { unknownKeys } = read(
    t,
    {
      extensionBundle: { id: 'x', version: '[4.*, 5.0.0)' },
      watchDirectories: ['a'],
      logging: {
        console: { isEnabled: true },
        applicationInsights: { samplingSettings: { isEnabled: false } },
      },
      routePrefix: '',
      extensions: {
        http: { rotePrefix: '', dynamicThrottlesEnabled: false },
        queues: { batchSize: 1 },
        blob: { maxDegreeOfParallelism: 1, poisonBlobThreshold: 1 },
        durableTask: {
          extendedSessionsEnabled: true,
          storageProvider: { maxQueuePollingInterval: '00:00:01' },
        },
      },
    },
    { AzureFunctionsJobHost__extension__http__routePrefix: 'x' },
  );
  assert.deepEqual([...unknownKeys].sort(), [
    'extension',
    'extensions.blob',
    'extensions.http.rotePrefix',
    'routePrefix',
  ]);
});
