import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingReader } from '../../local/appSettings.js';
import type { RegisteredFunction } from '../../local/core/functionApp.js';
import { sortFunctions } from '../../local/sortFunctions.js';
import { triggerOf } from '../../local/triggers.js';

type Bindings = RegisteredFunction['metadata']['bindings'];

const register = (name: string, bindings: Bindings, retryOptions?: object): RegisteredFunction => ({
  name,
  metadata: { name, bindings, ...(retryOptions === undefined ? {} : { retryOptions }) },
  callback: () => undefined,
  entryFile: '/app/f.js',
});
const settings = {
  isDisabled: (name: string) => name.startsWith('off'),
  readSetting: settingReader({ CONTAINER: 'in' }),
};
const trigger = (type: string, options: object = {}): Bindings => ({ t: { type, ...options } });
const sort = (...functions: RegisteredFunction[]) => sortFunctions(functions, settings);

test('functions are sorted by trigger, with settings in place and client and answer bindings let be', () => {
  const client = { client: { type: 'durableClient', direction: 'in' } };
  const sorted = sort(
    register('a', { ...trigger('httpTrigger'), $return: { type: 'http' }, ...client }),
    register('b', trigger('blobTrigger', { path: '%container%/{name}', dataType: 'binary', n: 1 })),
    register('off-c', { ...trigger('timerTrigger', { schedule: '0 * * * * *' }), ...client }),
    register('d', trigger('activityTrigger')),
    register('e', trigger('orchestrationTrigger')),
    register('off-q', trigger('queueTrigger', { queueName: '%NONE%' })),
  );
  const names = Object.entries(sorted).map(([kind, list]) => [kind, list.map(({ name }) => name)]);
  assert.deepEqual(Object.fromEntries(names), {
    http: ['a'],
    blob: ['b'],
    timer: ['off-c'],
    activity: ['d'],
    orchestration: ['e'],
    unavailable: ['off-q'],
  });
  assert.deepEqual(sorted.blob[0]?.trigger, {
    name: 't',
    type: 'blobtrigger',
    options: { type: 'blobTrigger', path: 'in/{name}', dataType: 'binary', n: 1 },
  });
  const [blob] = sorted.blob;
  assert.ok(blob);
  assert.equal(triggerOf(blob.registered)?.options.path, '%container%/{name}');
  assert.deepEqual([blob.disabled, sorted.timer[0]?.disabled], [false, true]);
});

test('what would behave otherwise on a real host stops the start and says what to do', () => {
  const http = trigger('httpTrigger');
  for (const [functions, message] of [
    [
      [register('q', trigger('queueTrigger'))],
      'function "q": queueTrigger is not available in the local host; switch it off with the setting AzureWebJobs.q.Disabled=true',
    ],
    [
      [register('n', trigger('entityTrigger'))],
      'function "n": entityTrigger is not available in the local host; keep state in storage',
    ],
    [
      [register('w', trigger('warmupTrigger'))],
      'function "w": warmupTrigger is not available in the local host; use an appStart hook',
    ],
    [
      [register('x', { $return: { type: 'http' } })],
      'function "x": a function without a trigger is not available in the local host; switch it off with the setting AzureWebJobs.x.Disabled=true',
    ],
    [
      [register('k', trigger('httpTrigger', { authLevel: 'Function' }))],
      'function "k": authLevel "Function" needs function keys, which the local host does not have; use "anonymous" and check access in the function',
    ],
    [
      [register('o', { ...http, out: { type: 'queue' } })],
      'function "o": binding "out" of type queue is not available in the local host; use a client library in the function',
    ],
    [
      [register('o', { ...trigger('timerTrigger'), $return: { type: 'http' } })],
      'function "o": binding "$return" of type http is not available in the local host; use a client library in the function',
    ],
    [
      [register('r', trigger('timerTrigger'), { maxRetryCount: 1 })],
      'function "r": retry is not available in the local host; try again inside the function',
    ],
    [
      [register('b', trigger('blobTrigger', { path: '%GONE%/x' }))],
      'function "b", path: the app setting "GONE" of "%GONE%/x" is missing',
    ],
    [
      [register('h', trigger('httpTrigger', { route: '%CONTAINER%/x' }))],
      'function "h", route: "%CONTAINER%/x" may not take a setting; write it out',
    ],
    [
      [register('a', http), register('A', http)],
      'function "A": another name differs from it in letter case only',
    ],
  ] as const) {
    assert.throws(() => sort(...functions), { name: 'HostFault', message });
  }
});
