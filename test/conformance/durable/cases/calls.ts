import { KEYS } from '../durableHost.js';

/** One call of the management API and what was recorded of its answer. */
export interface ApiCall {
  readonly call: string;
  readonly body?: string;
  readonly contentType?: string;
  /** `undefined`: without a key; that of the extension unless given. */
  readonly key?: string | undefined;
  readonly status: number;
  /** A part of the text of the answer; '' for an empty body. */
  readonly says?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallCase {
  readonly id: string;
  /** The state of the instance `<id>` before the first call; there is none unless given. */
  readonly instance?: 'waiting' | 'completed' | 'failed' | 'suspended' | 'terminated';
  readonly calls: readonly ApiCall[];
}

const call = (text: string, status: number, says?: string, more: Partial<ApiCall> = {}): ApiCall => ({
  call: text,
  status,
  ...(says === undefined ? {} : { says }),
  ...more,
});
const start = (orchestrator: string, id: string, status: number, says?: string, body = '{}'): ApiCall =>
  call(`POST /orchestrators/${orchestrator}/${id}`, status, says, { body });

const WRONG = '"Message":"One or more of the arguments submitted is incorrect"';
const BEARER = { 'www-authenticate': 'Bearer' };
const already = (status: string): string =>
  `An Orchestration instance with the status ${status} already exists.`;
const unknown = (name: string): string =>
  `The function '${name}' doesn't exist, is disabled, or is not an orchestrator`;
const FORBIDDEN = 'Orchestration instance ids must not contain /';

export const callCases: readonly CallCase[] = [
  {
    id: 'start-same-id-running',
    instance: 'waiting',
    calls: [
      start('waitOne', 'start-same-id-running', 500, already('Running')),
      start('chain', 'start-same-id-running', 500, already('Running'), '{"n":1}'),
    ],
  },
  {
    id: 'start-same-id-suspended',
    instance: 'suspended',
    calls: [start('chain', 'start-same-id-suspended', 500, already('Suspended'), '{"n":1}')],
  },
  ...(['completed', 'failed', 'terminated'] as const).map((instance) => ({
    id: `start-same-id-${instance}`,
    instance,
    calls: [start('chain', `start-same-id-${instance}`, 202, undefined, '{"n":10}')],
  })),
  {
    id: 'start-unknown-orchestrator',
    calls: [
      start('noSuchOrchestrator', 'x', 400, unknown('noSuchOrchestrator')),
      start('addOne', 'x', 400, unknown('addOne')),
      start('clientCall', 'x', 400, unknown('clientCall')),
      start('CHAIN', 'start-other-case', 202, undefined, '{"n":1}'),
    ],
  },
  {
    id: 'start-invalid-ids',
    calls: [
      ...['a%5Cb', 'a%23b', 'a%3Fb', 'a%01b'].map((id) => start('echoInput', id, 400, FORBIDDEN)),
      start('echoInput', '%40x', 400, 'Orchestration instance ids must not start with @.'),
      start('echoInput', 'x'.repeat(257), 400, 'Instance ID lengths must not exceed 256 characters.'),
      start('echoInput', 'x'.repeat(256), 202),
      start('echoInput', 'a%2Fb', 202, '"id":"a%2Fb"'),
      start('echoInput', 'a%20b', 202, '"id":"a b"'),
      start('echoInput', 'a%3Ab', 202, '"id":"a:b"'),
      start('echoInput', '%20%20', 202),
    ],
  },
  {
    id: 'start-other-methods',
    calls: [
      call('GET /orchestrators/chain', 404, ''),
      call('PUT /orchestrators/chain', 404, '', { body: '{}' }),
      call('POST /orchestrators/chain', 401, '', { body: '{}', key: undefined, headers: BEARER }),
      call('POST /orchestrators/chain', 401, '', { body: '{}', key: 'wrong', headers: BEARER }),
      call('POST /orchestrators/chain', 403, '', { body: '{}', key: KEYS.host }),
      call('POST /orchestrators/chain/with-master', 202, undefined, { body: '{"n":1}', key: KEYS.master }),
    ],
  },
  {
    id: 'start-bodies',
    calls: [
      call('POST /orchestrators/echoInput/start-bodies-bad', 400, 'Invalid JSON content', { body: '{oops' }),
      call('POST /orchestrators/echoInput/start-bodies-text', 400, 'Invalid JSON content', {
        body: 'hello',
        contentType: 'text/plain',
      }),
      call('POST /orchestrators/echoInput/start-bodies-none', 202),
      call('POST /orchestrators/echoInput/start-bodies-no-type', 202, undefined, {
        body: '{"a":1}',
        contentType: '',
      }),
    ],
  },
  {
    id: 'start-and-wait',
    calls: [
      call('POST /orchestrators/chain/start-and-wait-e?timeout=1&pollingInterval=5', 400, WRONG, {
        body: '{"n":1}',
      }),
    ],
  },
  {
    id: 'status-unknown',
    calls: [
      call('GET /instances/nobody', 404, ''),
      call('GET /instances/nobody', 401, '', { key: undefined, headers: BEARER }),
      call('GET /instances/nobody/nope', 404, ''),
      call('POST /instances/nobody/nope', 404, ''),
      call('PUT /instances/nobody', 404, ''),
      call('GET ', 404, ''),
      call('GET /nope', 404, ''),
      call('GET /INSTANCES/nobody', 404, ''),
    ],
  },
  {
    id: 'status-running',
    instance: 'waiting',
    calls: [
      call('GET /instances/status-running', 202, '"runtimeStatus":"Running"', {
        headers: { 'retry-after': '5' },
      }),
    ],
  },
  {
    id: 'status-completed',
    instance: 'completed',
    calls: [
      call('GET /instances/status-completed', 200, '"output":4'),
      call('GET /instances/status-completed?showInput=false', 200, '"input":null'),
      call('GET /instances/status-completed?showInput=banana', 200, '"input":{"n":1}'),
    ],
  },
  {
    id: 'status-failed',
    instance: 'failed',
    calls: [
      call('GET /instances/status-failed', 200, '"runtimeStatus":"Failed"'),
      call(
        'GET /instances/status-failed?returnInternalServerErrorOnFailure=true',
        500,
        '"runtimeStatus":"Failed"',
      ),
    ],
  },
  {
    id: 'event-bodies',
    instance: 'waiting',
    calls: [
      ...[
        { body: 'hello', contentType: 'text/plain' },
        { body: '1', contentType: '' },
      ].map((more) =>
        call(
          'POST /instances/event-bodies/raiseEvent/Other',
          400,
          'Only application/json request content',
          more,
        ),
      ),
      ...['', '{oops'].map((body) =>
        call('POST /instances/event-bodies/raiseEvent/Other', 400, 'Invalid JSON content', { body }),
      ),
      call('POST /instances/event-bodies/raiseEvent/Other', 202, '', {
        body: '1',
        contentType: 'application/json; charset=utf-8',
      }),
      call('POST /instances/event-bodies/raiseEvent/', 404, '', { body: '1' }),
      call('GET /instances/event-bodies/raiseEvent/Other', 404, ''),
      call('POST /instances/event-bodies/raiseEvent/Other', 401, '', { body: '1', key: undefined }),
    ],
  },
  {
    id: 'event-to-finished',
    instance: 'completed',
    calls: [
      call('POST /instances/event-to-finished/raiseEvent/Go', 410, '', { body: '1' }),
      call('POST /instances/nobody/raiseEvent/Go', 404, '', { body: '1' }),
    ],
  },
  {
    id: 'suspend-finished',
    instance: 'completed',
    calls: [
      call('POST /instances/suspend-finished/suspend?reason=x', 410, ''),
      call('POST /instances/suspend-finished/resume?reason=x', 410, ''),
      call('POST /instances/nobody/suspend', 404, ''),
      call('POST /instances/nobody/resume', 404, ''),
      call('POST /instances/nobody/terminate', 404, ''),
      call('GET /instances/suspend-finished/terminate', 404, ''),
    ],
  },
  {
    id: 'suspend-resume',
    instance: 'suspended',
    calls: [
      call(
        'POST /instances/suspend-resume/suspend?reason=again',
        500,
        'Cannot suspend the orchestration instance suspend-resume because instance is in the Suspended state.',
      ),
    ],
  },
  {
    id: 'purge-one',
    instance: 'completed',
    calls: [
      call('DELETE /instances/purge-one', 200, '{"instancesDeleted":1}'),
      call('DELETE /instances/purge-one', 404, ''),
      call('GET /instances/purge-one', 404, ''),
    ],
  },
  {
    id: 'purge-running',
    instance: 'waiting',
    calls: [
      call('DELETE /instances/purge-running', 200, '{"instancesDeleted":1}'),
      call('GET /instances/purge-running', 404, ''),
      call('POST /instances/purge-running/raiseEvent/Go', 404, '', { body: '1' }),
    ],
  },
  {
    id: 'purge-filter',
    instance: 'completed',
    calls: [
      call('DELETE /instances', 400, "Please provide value for 'createdTimeFrom' parameter."),
      call(
        'DELETE /instances?createdTimeFrom=x',
        400,
        "Please provide value for 'createdTimeFrom' parameter.",
      ),
      call('DELETE /instances?createdTimeFrom=2100-01-01T00:00:00Z', 404, ''),
      // a real host would delete what is completed
      call(
        'DELETE /instances?createdTimeFrom=2001-01-01T00:00:00Z&runtimeStatus=Running',
        400,
        'Not portable (4.13/16)',
      ),
    ],
  },
  {
    id: 'restart-running',
    instance: 'waiting',
    calls: [
      call('POST /instances/restart-running/restart?restartWithNewInstanceId=false', 500, already('Running')),
      call(
        'POST /instances/nobody/restart',
        400,
        'InstanceId does not match a valid orchestration instance.',
      ),
    ],
  },
  {
    id: 'list',
    instance: 'completed',
    calls: [
      call('GET /instances?instanceIdPrefix=list', 200, '"instanceId":"list"'),
      call('GET /instances?instanceIdPrefix=list&runtimeStatus=Running', 200, '[]'),
      call('GET /instances?instanceIdPrefix=list&runtimeStatus=Nope', 200, '"instanceId":"list"'),
      call('GET /instances?instanceIdPrefix=list&createdTimeFrom=2100-01-01T00:00:00Z', 200, '[]'),
      call('GET /instances?instanceIdPrefix=list&createdTimeFrom=yesterday', 200, '"instanceId":"list"'),
      call(
        'GET /instances?instanceIdPrefix=list&top=0',
        400,
        'Take count must be positive and greater than 0.',
      ),
      call('GET /instances/?instanceIdPrefix=nobody', 200, '[]'),
    ],
  },
];
