import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exceptionOf, HubUnderTest, JSON_TYPE, LINKS, type Answer } from './makeHub.js';

const CREATED = '2023-11-14T22:13:20Z';
const BAD_ARGUMENT = 'One or more of the arguments submitted is incorrect';
const QUERY = 'taskHub=TestHub&connection=Storage&code=KEY%3D';
const EMPTY: Omit<Answer, 'status'> = { headers: {}, body: '' };
const EVENT = { headers: { 'content-type': JSON_TYPE }, text: '1' };

function statusOf(id: string, more: object): object {
  const common = {
    name: 'chain',
    instanceId: id,
    runtimeStatus: 'Completed',
    input: { n: 1 },
    customStatus: null,
  };
  return { ...common, output: null, createdTime: CREATED, lastUpdatedTime: CREATED, ...more };
}

test('a start answers with the addresses of the instance', async (t) => {
  const at = new HubUnderTest(t);
  const answer = await at.ask('POST orchestrators/chain/a%20b*(ü)', { text: '{"n":1}' });
  const base = `${LINKS.baseUrl}/instances/a+b*(%C3%BC)`;
  assert.equal(answer.status, 202);
  assert.deepEqual(answer.body, {
    id: 'a b*(ü)',
    statusQueryGetUri: `${base}?${QUERY}`,
    sendEventPostUri: `${base}/raiseEvent/{eventName}?${QUERY}`,
    terminatePostUri: `${base}/terminate?reason={text}&${QUERY}`,
    purgeHistoryDeleteUri: `${base}?${QUERY}`,
    restartPostUri: `${base}/restart?${QUERY}`,
    suspendPostUri: `${base}/suspend?reason={text}&${QUERY}`,
    resumePostUri: `${base}/resume?reason={text}&${QUERY}`,
  });
  assert.deepEqual(answer.headers, {
    'content-type': JSON_TYPE,
    location: `${base}?${QUERY}`,
    'retry-after': '10',
  });
});

test('the body of a start is JSON, or blank for no input', async (t) => {
  const at = new HubUnderTest(t);
  const inputs: Readonly<Record<string, string | null>> = {
    '': null,
    ' ': null,
    null: null,
    '""': '""',
    '1.50': '1.5',
    '{"a":1,"a":2}': '{"a":2}',
    '\uFEFF[1]': '[1]',
  };
  for (const [text, input] of Object.entries(inputs)) {
    const { body } = await at.ask('POST orchestrators/chain', { text });
    const { id } = body as { id: string };
    assert.equal(at.store.instance(id)?.input, input, text);
  }
  const faults: Readonly<Record<string, string>> = {
    '{oops': "Unexpected end while parsing unquoted property name. Path '', line 1, position 5.",
    hello: "Unexpected character encountered while parsing value: h. Path '', line 0, position 0.",
  };
  for (const [text, expected] of Object.entries(faults)) {
    const answer = await at.ask('POST orchestrators/chain/bad', { text });
    const { Message, StackTrace } = answer.body as Record<string, string>;
    assert.deepEqual([answer.status, Message], [400, 'Invalid JSON content']);
    assert.deepEqual(exceptionOf(answer), ['Newtonsoft.Json.JsonReaderException', expected]);
    assert.match(StackTrace ?? '', /^ {3}at /);
  }
  assert.equal((await at.ask('POST orchestrators/chain/bad', { text: '[1,]' })).status, 400);
  assert.equal((await at.ask('POST orchestrators/chain/bad', { text: '['.repeat(1_000_000) })).status, 400);
  assert.equal(at.store.instance('bad'), undefined);
});

test('a start that cannot be done answers as the real extension', async (t) => {
  const at = new HubUnderTest(t);
  const unknown = await at.ask('POST orchestrators/nope');
  assert.deepEqual([unknown.status, exceptionOf(unknown)[0]], [400, 'System.ArgumentException']);
  assert.equal((unknown.body as Record<string, string>).Message, BAD_ARGUMENT);
  assert.equal((await at.ask('POST orchestrators/chain/a%5Cb')).status, 400);
  await at.ask('POST orchestrators/chain/a');
  const again = await at.ask('POST orchestrators/chain/a');
  assert.equal(again.status, 500);
  assert.deepEqual(exceptionOf(again), [
    'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    'An Orchestration instance with the status Pending already exists.',
  ]);
  const versioned = await at.ask('POST orchestrators/chain/b?Version=2.0');
  assert.equal(versioned.status, 400);
  assert.match(String(versioned.body), /^Not portable \(4\.13\/17\)/);
  assert.equal(at.store.instance('b'), undefined);
});

test('a start may wait for the end of its instance', async (t) => {
  const at = new HubUnderTest(t);
  const start = (id: string, query: string): Promise<Answer> =>
    at.ask(`POST orchestrators/chain/${id}?${query}`);
  const waiting = 'timeout=3&pollingInterval=1';
  await t.test('completes', async () => {
    const answer = start('a', waiting);
    at.clock.move(1_000);
    await nextTurn();
    at.episode('a', 'Completed', '4');
    at.clock.move(1_000);
    assert.deepEqual(await answer, { status: 200, headers: { 'content-type': JSON_TYPE }, body: 4 });
  });
  await t.test('fails', async () => {
    const answer = start('b', waiting);
    at.episode('b', 'Failed', 'text');
    at.clock.move(1_000);
    const { status, body } = await answer;
    assert.deepEqual([status, (body as Record<string, unknown>).output], [200, 'text']);
  });
  await t.test('does not end', async () => {
    const answer = start('c', 'timeout=2.5&pollingInterval=2');
    at.clock.move(2_000);
    await nextTurn();
    at.clock.move(500);
    assert.equal((await answer).status, 202);
  });
  await t.test('no numbers', async () => {
    assert.equal((await start('d', 'timeout=x&pollingInterval=1')).status, 202);
    assert.equal((await start('e', 'timeout=1')).status, 202);
  });
  await t.test('interval longer than the time', async () => {
    const answer = await start('f', 'timeout=1&pollingInterval=5');
    assert.equal(answer.status, 400);
    assert.equal(exceptionOf(answer)[1], 'Total timeout 1 should be bigger than retry timeout 5');
    assert.equal(at.store.instance('f')?.runtimeStatus, 'Pending');
    assert.equal((await start('g', 'timeout=0&pollingInterval=0')).status, 400);
  });
  assert.equal(at.clock.alarms, 0);
});

test('the status of an instance', async (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('chain', 'a', '{"n":1}');
  at.clock.move(1_999);
  const running = await at.ask('GET instances/a?code=x');
  assert.deepEqual(running, {
    status: 202,
    headers: {
      'content-type': JSON_TYPE,
      location: `${LINKS.baseUrl}/instances/a?code=x`,
      'retry-after': '5',
    },
    body: statusOf('a', { runtimeStatus: 'Pending' }),
  });
  assert.ok(!('historyEvents' in ((await at.ask('GET instances/a?showHistory=true')).body as object)));
  at.episode('a', 'Suspended', 'pause');
  const suspended = await at.ask('GET instances/a');
  assert.deepEqual(
    [suspended.status, suspended.body],
    [202, statusOf('a', { runtimeStatus: 'Suspended', output: 'pause' })],
  );
  at.episode('a', 'Completed', '{"x":[1]}');
  const completed = await at.ask('GET instances/a');
  assert.deepEqual(completed, {
    status: 200,
    headers: { 'content-type': JSON_TYPE },
    body: statusOf('a', { output: { x: [1] } }),
  });
  const inputOf = async (query: string): Promise<unknown> =>
    ((await at.ask(`GET instances/a?${query}`)).body as Record<string, unknown>).input;
  assert.deepEqual(await inputOf('ShowInput=FALSE'), null);
  assert.deepEqual(await inputOf('showInput=banana'), { n: 1 });
  at.episode('a', 'Failed', 'text');
  const failed = await at.ask('GET instances/a');
  const flagged = await at.ask('GET instances/a?returnInternalServerErrorOnFailure=true');
  assert.deepEqual([failed.status, flagged.status], [200, 500]);
  assert.deepEqual(flagged.body, failed.body);
});

test('paths and methods that are not there answer 404, empty', async (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('chain', 'a', null);
  for (const target of [
    'GET ',
    'GET nope',
    'GET instances/nobody',
    'GET instances/nobody/',
    'GET INSTANCES/nobody',
    'GET instances/a/nope',
    'POST instances/a/nope',
    'PUT instances/a',
    'GET instances/a/terminate',
    'GET instances/a/raiseEvent/Go',
    'GET orchestrators/chain',
    'PUT orchestrators/chain',
    'POST orchestrators/chain/a/b',
    'POST instances/a/raiseEvent/',
    'DELETE instances/nobody',
  ]) {
    assert.deepEqual(await at.ask(target, EVENT), { status: 404, ...EMPTY }, target);
  }
  for (const target of ['GET entities/counter/a', 'POST makeprimary']) {
    const { status, body } = await at.ask(target);
    assert.equal(status, 501);
    assert.match(String(body), /^Not available in the local host: /);
  }
});

test('a request for another hub or another storage account is refused', async (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('chain', 'a', null);
  assert.equal((await at.ask('GET instances/a?taskHub=testhub&connection=storage')).status, 202);
  for (const query of ['taskHub=Other', 'connection=Other']) {
    assert.equal((await at.ask(`GET instances/a?${query}`)).status, 400);
  }
});

test('events', async (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('waitOne', 'a', null);
  const raise = (id: string, more: Parameters<HubUnderTest['ask']>[1]): Promise<Answer> =>
    at.ask(`POST instances/${id}/raiseEvent/Go`, more);
  assert.deepEqual(await raise('a', EVENT), { status: 202, ...EMPTY });
  for (const headers of [{}, { 'content-type': 'text/plain' }]) {
    const answer = await raise('a', { headers, text: '1' });
    const body = { Message: 'Only application/json request content is supported' };
    assert.deepEqual([answer.status, answer.body], [400, body]);
  }
  const empty = await raise('a', { ...EVENT, text: '' });
  assert.deepEqual(
    exceptionOf(empty)[1],
    "Error reading JToken from JsonReader. Path '', line 0, position 0.",
  );
  assert.equal((await raise('a', { ...EVENT, text: '{oops' })).status, 400);
  assert.deepEqual(await raise('nobody', EVENT), { status: 404, ...EMPTY });
  at.episode('a', 'Completed', null);
  assert.deepEqual(await raise('a', { headers: {} }), { status: 410, ...EMPTY });
});

test('terminate, suspend, resume, restart and purge', async (t) => {
  const at = new HubUnderTest(t);
  at.hub.start('chain', 'a', '1');
  const eventsOf = (): unknown[] =>
    at.store
      .inbox('a', 0)
      .map(({ event }) => ('Reason' in event ? event.Reason : 'Input' in event && event.Input));
  assert.deepEqual(await at.ask('POST instances/a/Terminate?reason=first%20%26%20last'), {
    status: 202,
    ...EMPTY,
  });
  assert.equal((await at.ask('POST instances/a/suspend')).status, 202);
  assert.deepEqual(eventsOf(), ['1', 'first & last', null]);
  assert.equal((await at.ask('POST instances/a/resume')).status, 500);
  assert.equal((await at.ask('POST instances/a/restart?restartWithNewInstanceId=false')).status, 500);
  const restarted = await at.ask('POST instances/a/restart');
  assert.deepEqual([restarted.status, restarted.headers['retry-after']], [202, '10']);
  const unknown = await at.ask('POST instances/nobody/restart');
  assert.equal(unknown.status, 400);
  assert.equal(
    (unknown.body as Record<string, string>).Message,
    'InstanceId does not match a valid orchestration instance.',
  );
  at.episode('a', 'Completed', null);
  for (const operation of ['terminate', 'suspend', 'resume', 'rewind']) {
    assert.deepEqual(await at.ask(`POST instances/a/${operation}`), { status: 410, ...EMPTY });
  }
  assert.deepEqual((await at.ask('DELETE instances/a')).body, { instancesDeleted: 1 });
  assert.deepEqual(await at.ask('DELETE instances/a'), { status: 404, ...EMPTY });
});

/** Lets what the clock has set off go on. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
