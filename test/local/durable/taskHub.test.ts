import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageEvent } from '../../../local/durable/historyEvents.js';
import { ManagementFault } from '../../../local/durable/managementAnswer.js';
import { HubUnderTest } from './makeHub.js';

const STAMP = { EventId: -1, IsPlayed: false, Timestamp: '2023-11-14T22:13:20.000Z' };

function events(at: HubUnderTest, instanceId: string): MessageEvent[] {
  return at.store.inbox(instanceId, 0).map(({ event }) => event);
}

/** The member `ExceptionMessage` of what is thrown. */
function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ManagementFault);
    return (error.body as Record<string, unknown>).ExceptionMessage ?? error.body;
  }
  return assert.fail('nothing was refused');
}

test('a start makes a pending instance whose first message is ExecutionStarted', (t) => {
  const at = new HubUnderTest(t);
  assert.equal(at.hub.start('CHAIN', 'a', '{"n":1}'), 'a');
  const { executionId, ...instance } = at.store.instance('a') ?? assert.fail();
  assert.match(executionId, /^[\da-f]{32}$/);
  const timeMs = at.clock.wallMs();
  assert.deepEqual(
    { ...instance },
    {
      instanceId: 'a',
      name: 'CHAIN',
      runtimeStatus: 'Pending',
      input: '{"n":1}',
      output: null,
      customStatus: null,
      createdMs: timeMs,
      updatedMs: timeMs,
    },
  );
  const [started] = events(at, 'a');
  assert.equal(
    JSON.stringify(started),
    `{"OrchestrationInstance":{"InstanceId":"a","ExecutionId":"${executionId}"},"EventType":0,` +
      '"ParentInstance":null,"Name":"CHAIN","Version":"","Input":"{\\"n\\":1}","Tags":null,"Correlation":null,' +
      '"ParentTraceContext":null,"ScheduledStartTime":null,"Generation":0,"EventId":-1,"IsPlayed":false,' +
      `"Timestamp":"${STAMP.Timestamp}"}`,
  );
  assert.deepEqual(at.notified, ['a']);
});

test('an id is chosen where none is given, and refused where it breaks a rule', (t) => {
  const at = new HubUnderTest(t);
  for (const blank of ['', '  ']) assert.match(at.hub.start('chain', blank, null), /^[\da-f]{32}$/);
  for (const id of ['a%2Fb', 'a b', 'grü', 'a:b', 'a*b(c)', 'x'.repeat(256)]) {
    assert.equal(at.hub.start('chain', id, null), id);
  }
  const characters =
    "instanceId (Parameter 'Orchestration instance ids must not contain /, \\, #, ?, or control characters.')";
  for (const id of ['a/b', 'a\\b', 'a#b', 'a?b', 'a\u0001b', 'a\u0085b']) {
    assert.equal(
      refusal(() => at.hub.start('chain', id, null)),
      characters,
    );
  }
  assert.equal(
    refusal(() => at.hub.start('chain', '@x', null)),
    "instanceId (Parameter 'Orchestration instance ids must not start with @.')",
  );
  assert.equal(
    refusal(() => at.hub.start('chain', 'x'.repeat(257), null)),
    'Instance ID lengths must not exceed 256 characters.',
  );
  assert.equal(at.notified.length, 8);
});

test('a function that is no orchestrator is not started', (t) => {
  const at = new HubUnderTest(t);
  assert.equal(
    refusal(() => at.hub.start('addOne', 'a', null)),
    "The function 'addOne' doesn't exist, is disabled, or is not an orchestrator function. Additional info: " +
      "The following are the known orchestrator functions: 'chain', 'waitOne'.",
  );
  assert.equal(at.store.instance('a'), undefined);
});

test('an id that is in use is refused until its instance has ended', (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('waitOne', 'a', '1');
  for (const status of ['Pending', 'Running', 'Suspended'] as const) {
    if (status !== 'Pending') at.episode('a', status, null);
    assert.equal(
      refusal(() => at.hub.start('chain', 'a', null)),
      `An Orchestration instance with the status ${status} already exists.`,
    );
  }
  for (const [index, status] of (['Completed', 'Failed', 'Terminated'] as const).entries()) {
    at.episode('a', status, null);
    at.hub.start('chain', 'a', null);
    assert.deepEqual(
      events(at, 'a').map((event) => ('Generation' in event ? event.Generation : event)),
      [index + 1],
    );
  }
});

test('AnyState lets a running instance be replaced', (t) => {
  const at = new HubUnderTest(t, { overridableStates: 'AnyState' });
  at.hub.start('waitOne', 'a', '1');
  at.hub.raiseEvent('a', 'Go', '1');
  at.hub.start('chain', 'a', '2');
  assert.deepEqual([at.store.instance('a')?.name, events(at, 'a').length], ['chain', 1]);
});

test('fifty starts of one id give one run', async (t) => {
  const at = new HubUnderTest(t);
  const starts = Array.from({ length: 50 }, () => at.ask('POST orchestrators/chain/a', { text: '{}' }));
  const statuses = (await Promise.all(starts)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [202, ...Array.from({ length: 49 }, () => 500)]);
  assert.equal(events(at, 'a').length, 1);
  assert.deepEqual(at.notified, ['a']);
});

test('each operation puts its event into the inbox', (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('waitOne', 'a', null);
  at.episode('a', 'Running', null);
  at.notified.length = 0;
  assert.equal(at.hub.raiseEvent('a', 'Go', '{"v":1}'), 'accepted');
  assert.equal(at.hub.suspend('a', 'pause'), 'accepted');
  assert.equal(at.hub.terminate('a', null), 'accepted');
  const sent = [
    { EventType: 15, Name: 'Go', Input: '{"v":1}', ParentTraceContext: null, ...STAMP },
    { EventType: 19, Reason: 'pause', ...STAMP },
    { EventType: 3, Input: null, ...STAMP },
  ];
  assert.equal(JSON.stringify(events(at, 'a')), JSON.stringify(sent));
  assert.deepEqual(at.notified, ['a', 'a', 'a']);
  at.episode('a', 'Suspended', 'pause');
  assert.equal(at.hub.resume('a', 'go on'), 'accepted');
  assert.deepEqual(events(at, 'a'), [{ EventType: 20, Reason: 'go on', ...STAMP }]);
});

test('operations that do not fit the state of an instance are refused', (t) => {
  const at = new HubUnderTest(t);
  const cannot = (operation: string, status: string): string =>
    `Cannot ${operation} the orchestration instance a because instance is in the ${status} state.`;
  at.hub.start('waitOne', 'a', null);
  at.episode('a', 'Running', null);
  assert.equal(
    refusal(() => at.hub.resume('a', null)),
    cannot('resume', 'Running'),
  );
  assert.match(String(refusal(() => at.hub.rewind('a'))), /only supported on failed/);
  at.episode('a', 'Suspended', null);
  assert.equal(
    refusal(() => at.hub.suspend('a', null)),
    cannot('suspend', 'Suspended'),
  );
  at.episode('a', 'Failed', 'text');
  assert.match(String(refusal(() => at.hub.rewind('a'))), /^Not available in the local host: rewind\./);
  at.notified.length = 0;
  at.hub.start('waitOne', 'over', null);
  at.episode('over', 'Completed', null);
  for (const [id, delivery] of [
    ['over', 'over'],
    ['nobody', 'unknown'],
  ] as const) {
    for (const operation of ['terminate', 'suspend', 'resume', 'rewind'] as const) {
      assert.equal(at.hub[operation](id, null), delivery, operation);
    }
    assert.equal(at.hub.raiseEvent(id, 'Go', '1'), delivery);
  }
  assert.deepEqual(at.notified, ['over']);
});

test('a restart takes name and input over', (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('CHAIN', 'a', '{"n":1}');
  const made = at.store.instance(at.hub.restart('a', true));
  assert.deepEqual([made?.name, made?.input, made?.instanceId === 'a'], ['CHAIN', '{"n":1}', false]);
  assert.match(String(refusal(() => at.hub.restart('a', false))), /status Pending already exists/);
  at.episode('a', 'Completed', null);
  assert.equal(at.hub.restart('a', false), 'a');
  assert.equal(
    refusal(() => at.hub.restart('nobody', true)),
    'An orchestrastion with the instanceId nobody was not found.',
  );
});

test('a purge by filter goes through all pages', async (t) => {
  const at = new HubUnderTest(t);
  for (let i = 0; i < 250; i += 1) {
    at.hub.start('chain', `i-${i}`, null);
    if (i % 2 === 0) at.episode(`i-${i}`, 'Completed', null);
  }
  assert.equal(await at.hub.purgeBy({ statuses: ['Completed'] }), 125);
  assert.equal(at.store.instances({}, 1_000).length, 125);
});
