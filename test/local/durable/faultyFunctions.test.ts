import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { OrchestrationContext as Context, Task } from 'durable-functions';
import { attachApp } from '../../../local/core/coreModule.js';
import { FunctionApp } from '../../../local/core/functionApp.js';
import { Invocation } from '../../../local/core/invoke.js';
import { activityInput, callActivity } from '../../../local/durable/activityCall.js';
import { executionStarted, makeEvent } from '../../../local/durable/makeEvents.js';
import { ReplayEngine, type Decisions } from '../../../local/durable/orchestrationEngine.js';
import { triggerOf, type TriggeredFunction } from '../../../local/triggers.js';
import { instance } from './events.js';

// Whatever a function throws fails its instance; nothing of it may reach the worker, which would end the process.

let app: FunctionApp;
let thrown: unknown;
let noDateMs = NaN;

before(async () => {
  app = new FunctionApp(__dirname, { log: () => undefined });
  attachApp(app);
  const df = await import('durable-functions');
  df.app.activity('throws', {
    handler: () => {
      throw thrown;
    },
  });
  // eslint-disable-next-line require-yield
  df.app.orchestration('throwing', function* () {
    throw thrown;
  });
  df.app.orchestration('noDate', function* ({ df }: Context): Generator<Task, void> {
    yield df.createTimer(new Date(noDateMs));
  });
  await app.start();
});

function functionOf(name: string): TriggeredFunction {
  const registered = app.functions.get(name);
  const trigger = registered && triggerOf(registered);
  assert.ok(trigger);
  return { name, registered, trigger, disabled: false };
}

function episodeOf(name: string): Promise<Decisions> {
  const engine = new ReplayEngine(app, new Map([[name.toLowerCase(), functionOf(name)]]), new Map());
  const of = instance('i', { name });
  const events = [makeEvent({ EventType: 12 }, 0), executionStarted(of, 0, 0)];
  return engine.runEpisode(
    of,
    events.map((event) => JSON.stringify(event)),
  );
}

const circular: Record<string, unknown> = {};
circular.self = circular;

test('an activity fails with what it threw, also where that cannot be shown', async () => {
  const unreadable = Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('no');
    },
  });
  for (const [what, text] of [
    [circular, 'it threw something that cannot be shown'],
    [unreadable, 'it threw something that cannot be shown'],
    [10n, ' 10'],
    [Symbol('s'), ' Symbol(s)'],
    [Object.assign(new Error(), { message: { a: 1 } }), ' [object Object]'],
    [{ a: 1 }, ' {"a":1}'],
    ['text', ' text'],
    [new Error('GET ?sig=abc'), ' GET [Hidden Credential]'],
  ] as const) {
    thrown = what;
    const { registered, trigger } = functionOf('throws');
    const activity = { id: 1, instanceId: 'i', executionId: 'e', started: false, taskId: 0, name: 'throws' };
    const input = activityInput(trigger.name, { ...activity, input: null });
    const result = await callActivity(new Invocation(app, registered, input), 'throws');
    assert.equal(!result.ok && result.reason, `Activity function 'throws' failed: ${text}`);
  }
});

test('a secret before a quote is hidden in the text of an orchestrator that failed', async () => {
  thrown = new Error('key="abc" and ?sig=abc"d');
  assert.deepEqual((await episodeOf('throwing')).completion, {
    status: 'Failed',
    output: `Orchestrator function 'throwing' failed: [Hidden Credential]"abc" and [Hidden Credential]"d`,
  });
});

test('an orchestrator fails also with a message that is no text', async () => {
  thrown = Object.assign(new Error(), { message: { a: 1 } });
  assert.match(JSON.stringify((await episodeOf('throwing')).completion), /"Failed".*\[object Object\]/);
});

test('a timer without a date, or beyond the year 9999, fails the instance', async () => {
  for (noDateMs of [NaN, Date.UTC(10_000, 0)]) {
    const { completion, newCalls } = await episodeOf('noDate');
    assert.match(JSON.stringify(completion), /"Failed".*A timer was created with an invalid date/);
    assert.deepEqual(newCalls, []);
  }
});
