import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { activityCases, caughtTexts } from './cases/activities.js';
import { callCases, type ApiCall, type CallCase } from './cases/calls.js';
import { endingCases } from './cases/endings.js';
import { generationCases } from './cases/generations.js';
import { refusalCases } from './cases/refusals.js';
import { stopCases } from './cases/stops.js';
import { timerAndEventCases } from './cases/timersAndEvents.js';
import { DurableHost } from './durableHost.js';
import { playCase } from './playCase.js';

const GROUPS = {
  activities: activityCases,
  'end of an instance': endingCases,
  'timers and events': timerAndEventCases,
  'continue-as-new': generationCases,
  'terminate, suspend, resume': stopCases,
  refused: refusalCases,
} as const;

describe('orchestrations end as those of a recorded Functions host', () => {
  const host = new DurableHost();
  before(() => host.start());
  after(() => host.stop());

  for (const [group, cases] of Object.entries(GROUPS)) {
    describe(group, () => {
      for (const one of cases) test(one.id, () => playCase(host, one));
    });
  }

  test('failure-texts: what is caught when an activity throws; undefined is refused', async () => {
    const kinds = [...Object.keys(caughtTexts), 'undefined'];
    await host.startInstance('failureTexts', 'failure-texts', { kinds });
    const { output } = await host.ended('failure-texts');
    const { undefined: refused, ...caught } = output as Record<string, unknown>;
    assert.deepEqual(caught, caughtTexts);
    assert.match(String(refused), /Not portable \(4\.13\/5\)/);
  });

  describe('calls of the management API', () => {
    for (const one of callCases) {
      test(one.id, async () => {
        await prepareInstance(host, one);
        for (const call of one.calls) await playCall(host, call);
      });
    }
  });

  test('the client of the library starts, looks at, ends and purges an instance', async () => {
    const client = async (operation: string, args: object): Promise<unknown> => {
      const { status, text } = await host.send('POST', `/client/${operation}`, {
        body: JSON.stringify(args),
      });
      assert.equal(status, 200, text);
      return JSON.parse(text);
    };
    const gave = (value?: unknown): unknown => ({
      gave: value === undefined ? { type: 'undefined' } : { type: typeof value, value },
    });
    const id = 'client';
    const options = { instanceId: id, input: {} };
    assert.deepEqual(await client('startNew', { name: 'waitOne', options }), gave(id));
    await host.waitFor(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    assert.deepEqual(await client('suspend', { id, reason: 'pause' }), gave());
    await host.waitFor(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    assert.deepEqual(await client('resume', { id, reason: 'on' }), gave());
    await host.waitFor(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    assert.deepEqual(await client('raiseEvent', { id, event: 'Go', data: { v: 1 } }), gave());
    assert.deepEqual((await host.ended(id)).output, { type: 'object', value: { v: 1 } });
    assert.deepEqual(await client('terminate', { id, reason: 'late' }), gave());
    assert.deepEqual(await client('purge', { id }), gave({ instancesDeleted: 1 }));
    assert.deepEqual(await client('purge', { id }), gave({ instancesDeleted: 0 }));
    assert.deepEqual(await client('terminate', { id, reason: 'x' }), {
      threw: `No instance with ID '${id}' found.`,
    });
    const version = { name: 'chain', options: { instanceId: 'client-version', version: '2.0' } };
    assert.match(JSON.stringify(await client('startNew', version)), /Not portable \(4\.13\/17\)/);
  });

  test('check-status answers with addresses that work', async () => {
    await host.startInstance('chain', 'check-status', { n: 1 });
    await host.ended('check-status');
    const { status, headers, text } = await host.send('GET', '/check/check-status');
    assert.equal(status, 202);
    assert.equal(headers.get('retry-after'), '10');
    const { statusQueryGetUri } = JSON.parse(text) as { statusQueryGetUri: string };
    assert.equal(headers.get('location'), statusQueryGetUri);
    const answer = await fetch(statusQueryGetUri);
    assert.equal(((await answer.json()) as { output: unknown }).output, 4);
  });
});

/** Brings the instance of a case into the state in which its calls begin. */
async function prepareInstance(host: DurableHost, { id, instance }: CallCase): Promise<void> {
  if (instance === undefined) return;
  const ends = instance === 'completed' || instance === 'failed';
  const input = { n: 1, kind: 'error' };
  const orchestrator = { completed: 'chain', failed: 'throwsKind' }[instance as string] ?? 'waitOne';
  await host.startInstance(orchestrator, id, ends && orchestrator === 'chain' ? { n: 1 } : input);
  if (ends) {
    await host.ended(id);
    return;
  }
  await host.waitFor(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
  if (instance === 'waiting') return;
  const operation = instance === 'suspended' ? 'suspend' : 'terminate';
  assert.equal((await host.call('POST', `/instances/${id}/${operation}`)).status, 202);
  await host.waitFor(id, ({ runtimeStatus }) => runtimeStatus.toLowerCase() === instance);
}

async function playCall(
  host: DurableHost,
  { call, status, says, headers = {}, ...more }: ApiCall,
): Promise<void> {
  const [method = 'GET', at = ''] = call.split(' ');
  const answer = await host.call(method, at, more);
  assert.equal(answer.status, status, `${call}: ${answer.text}`);
  if (says === '') assert.equal(answer.text, '', call);
  else if (says !== undefined) assert.ok(answer.text.includes(says), `${call}: ${answer.text} lacks ${says}`);
  for (const [name, value] of Object.entries(headers)) assert.equal(answer.headers.get(name), value, call);
}
