import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { exceptionOf, HubUnderTest } from './makeHub.js';

const TOKEN = 'x-ms-continuation-token';

/** Instances x-a (completed), x-b (failed), x-c (running) and y, a second apart. */
function filled(t: TestContext): HubUnderTest {
  const at = new HubUnderTest(t);
  for (const [id, status] of [
    ['x-a', 'Completed'],
    ['x-b', 'Failed'],
    ['x-c', 'Running'],
    ['y', 'Terminated'],
  ] as const) {
    at.hub.start('chain', id, '"input"');
    at.episode(id, status, null);
    at.clock.move(1_000);
  }
  return at;
}

async function ids(at: HubUnderTest, query: string, rpc = false): Promise<string> {
  const pages: string[] = [];
  let token: string | undefined;
  do {
    const headers: Record<string, string> = token === undefined ? {} : { [TOKEN]: token };
    const answer = await at.ask(`GET instances/?${query}`, { headers, rpc });
    assert.equal(answer.status, 200, query);
    pages.push((answer.body as { instanceId: string }[]).map(({ instanceId }) => instanceId).join(' '));
    token = answer.headers[TOKEN];
  } while (token !== undefined && token !== '');
  assert.equal(token, rpc ? '' : undefined);
  return pages.join(' | ');
}

test('instances are listed page by page', async (t) => {
  const at = filled(t);
  assert.equal(await ids(at, ''), 'x-a x-b x-c y');
  assert.equal(await ids(at, '', true), 'x-a x-b x-c y');
  assert.equal(await ids(at, 'top=1'), 'x-a | x-b | x-c | y');
  assert.equal(await ids(at, 'top=2'), 'x-a x-b | x-c y');
  assert.equal(await ids(at, 'top=3&instanceIdPrefix=x-'), 'x-a x-b x-c');
  const { body } = await at.ask('GET instances?showInput=false&top=1');
  assert.equal((body as { input: unknown }[])[0]?.input, null);
});

test('a page of long inputs ends early, with a token', async (t) => {
  const at = new HubUnderTest(t);
  for (const id of ['a', 'b', 'c']) at.hub.start('chain', id, JSON.stringify('x'.repeat(9_000_000)));
  assert.equal(await ids(at, 'showInput=false'), 'a b | c');
});

test('the list is filtered by what can be read', async (t) => {
  const at = filled(t);
  const all = 'x-a x-b x-c y';
  const expected: Readonly<Record<string, string>> = {
    'runtimeStatus=Running': 'x-c',
    'RUNTIMESTATUS=Failed,Completed': 'x-a x-b',
    'runtimeStatus=Failed&runtimeStatus=Completed': 'x-a x-b',
    'runtimeStatus=Canceled': '',
    'runtimeStatus=failed': all,
    'runtimeStatus=Nope': all,
    'createdTimeFrom=2023-11-14T22:13:21Z': 'x-b x-c y',
    'createdTimeFrom=2023-11-14T23:13:21.000%2B01:00&createdTimeTo=2023-11-14T22:13:22': 'x-b x-c',
    'createdTimeFrom=2100-01-01': '',
    'createdTimeFrom=yesterday': all,
    'createdTimeTo=2023-99-99': all,
    'instanceIdPrefix=nobody': '',
    'top=x': all,
    'top=1e3': all,
  };
  for (const [query, found] of Object.entries(expected)) assert.equal(await ids(at, query), found, query);
});

test('a list without a size and a token of somebody else are refused', async (t) => {
  const at = filled(t);
  for (const top of ['0', '-1']) {
    const answer = await at.ask(`GET instances?top=${top}`);
    assert.equal(answer.status, 400);
    assert.equal(exceptionOf(answer)[1], 'Take count must be positive and greater than 0.');
  }
  const answer = await at.ask('GET instances', { headers: { [TOKEN]: 'bad' } });
  assert.deepEqual([answer.status, exceptionOf(answer)[0]], [500, 'System.FormatException']);
});

test('a purge by filter needs a time, and takes only what has ended', async (t) => {
  const at = filled(t);
  for (const query of ['', '?createdTimeFrom=x']) {
    const answer = await at.ask(`DELETE instances${query}`);
    assert.deepEqual(
      [answer.status, answer.body],
      [400, "Please provide value for 'createdTimeFrom' parameter."],
    );
  }
  const purge = (query: string): ReturnType<HubUnderTest['ask']> =>
    at.ask(`DELETE instances?createdTimeFrom=2023-11-14T22:13:20.5Z${query}`);
  for (const status of ['Running', 'failed', 'Completed,Pending']) {
    const { status: code, body } = await purge(`&runtimeStatus=${status}`);
    assert.equal(code, 400);
    assert.match(String(body), /^Not portable \(4\.13\/16\)/);
  }
  assert.equal((await purge('&runtimeStatus=Completed')).status, 404);
  assert.deepEqual((await purge('&runtimeStatus=Failed')).body, { instancesDeleted: 1 });
  assert.deepEqual((await purge('')).body, { instancesDeleted: 1 });
  assert.equal(await ids(at, ''), 'x-a x-c');
});
