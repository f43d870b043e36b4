/* global require */
/* eslint require-yield: off -- an orchestrator may end without waiting */
// Orchestrators of the durable cases (../../durable/cases), one per behaviour that was recorded.
const df = require('durable-functions');
const { describe, values } = require('../values');

const orchestration = (name, generator) => df.app.orchestration(name, generator);
const later = (context, ms) => new Date(context.df.currentUtcDateTime.getTime() + ms);

orchestration('chain', function* (context) {
  let { n } = context.df.getInput();
  for (let i = 0; i < 3; i++) n = yield context.df.callActivity('addOne', n);
  return n;
});
orchestration('activityInputs', function* (context) {
  const { names } = context.df.getInput();
  return yield context.df.Task.all(
    names.map((name) => context.df.callActivity('describeInput', values[name])),
  );
});
orchestration('activityResults', function* (context) {
  const { names } = context.df.getInput();
  const got = yield context.df.Task.all(names.map((name) => context.df.callActivity('resultKind', name)));
  return got.map(describe);
});
orchestration('echoInput', function* (context) {
  return describe(context.df.getInput());
});
orchestration('returnKind', function* (context) {
  return values[context.df.getInput().kind];
});
orchestration('contextView', function* (context) {
  const replaying = [context.df.isReplaying];
  const guids = new Set([context.df.newGuid('x'), context.df.newGuid('x')]);
  yield context.df.createTimer(later(context, 1500));
  const { instanceId, parentInstanceId, version, isReplaying } = context.df;
  return {
    instanceId,
    parentInstanceId: describe(parentInstanceId),
    version,
    replaying: [...replaying, isReplaying],
    guids: guids.size,
  };
});

orchestration('fanOut', function* (context) {
  const { n, failing = [], catching = false } = context.df.getInput();
  const call = (i) =>
    failing.includes(i)
      ? context.df.callActivity('boom', `${i}`)
      : context.df.callActivity('double', { n: i });
  const tasks = Array.from({ length: n }, (_, i) => call(i));
  try {
    return yield context.df.Task.all(tasks);
  } catch (error) {
    if (!catching) throw error;
    return { caught: error.message, cleanup: yield context.df.callActivity('addOne', 100) };
  }
});
orchestration('allBoomAndSlow', function* (context) {
  const slow = context.df.callActivity('held', context.df.instanceId);
  try {
    yield context.df.Task.all([context.df.callActivity('boom', 'first'), slow]);
  } catch (error) {
    return { caught: error.message, cleanup: yield context.df.callActivity('addOne', 100) };
  }
});
orchestration('nested', function* (context) {
  const call = (n) => context.df.callActivity('addOne', n);
  const { all, any } = context.df.Task;
  const never = context.df.waitForExternalEvent('never');
  const got = yield all([call(1), all([call(2), call(3)]), any([call(4), never])]);
  return { one: got[0], two: got[1], three: got[2].result };
});
orchestration('sameTaskTwice', function* (context) {
  const task = context.df.callActivity('addOne', 1);
  return { first: yield task, second: yield task, next: yield context.df.callActivity('addOne', 5) };
});
orchestration('createdNotYielded', function* (context) {
  context.df.callActivity('addOne', 1);
  context.df.createTimer(later(context, 60_000));
  return 'nothing was yielded';
});
orchestration('openTask', function* (context) {
  const slow = context.df.callActivity('held', context.df.instanceId);
  yield context.df.Task.any([context.df.callActivity('addOne', 1), slow]);
  if (context.df.getInput().fails) throw new Error('fails while a task is open');
  return 'returned early';
});
orchestration('callByName', function* (context) {
  const { name, catching = false, beside = false } = context.df.getInput();
  try {
    const call = context.df.callActivity(name, 1);
    return yield beside ? context.df.Task.all([context.df.callActivity('addOne', 1), call]) : call;
  } catch (error) {
    if (!catching) throw error;
    return { caught: error.message };
  }
});
orchestration('failureTexts', function* (context) {
  const out = {};
  for (const kind of context.df.getInput().kinds) {
    try {
      out[kind] = { got: yield context.df.callActivity('throwKind', kind) };
    } catch (error) {
      out[kind] = error.message.split(' \n {', 1)[0];
    }
  }
  return out;
});
orchestration('failureUncaught', function* (context) {
  yield context.df.callActivity('throwKind', context.df.getInput().kind);
});

const thrown = {
  error: () => new Error('plain message'),
  typeError: () => new TypeError('wrong type'),
  multiline: () => new Error('line one\nline two'),
  quotes: () => new Error('say "x" <b> \\ \u2603'),
  secret: () => new Error('AccountKey=topsecret; and sig'),
  empty: () => new Error(''),
  string: () => 'only text',
  object: () => ({ a: 1 }),
  null: () => null,
};
orchestration('throwsKind', function* (context) {
  const { kind, after = false } = context.df.getInput();
  if (after) yield context.df.callActivity('addOne', 1);
  throw thrown[kind]();
});
orchestration('throwsAtOnce', () => {
  throw new Error('thrown before there is a generator');
});
orchestration('yieldsText', function* () {
  yield 'not a task';
});
orchestration('yieldsPromise', function* () {
  yield Promise.resolve(1);
});
orchestration('asyncGenerator', async function* (context) {
  yield context.df.callActivity('addOne', 1);
});
orchestration('compoundOfNone', function* (context) {
  yield context.df.Task[context.df.getInput().kind]([]);
});

orchestration('timer', function* (context) {
  const startedMs = context.df.currentUtcDateTime.getTime();
  const got = yield context.df.createTimer(later(context, context.df.getInput().ms));
  return { got: describe(got), waitedMs: context.df.currentUtcDateTime.getTime() - startedMs };
});
orchestration('timerRace', function* (context) {
  const { cancel, then = 0 } = context.df.getInput();
  const timer = context.df.createTimer(later(context, 6500));
  const work = context.df.callActivity('addOne', 1);
  const winner = yield context.df.Task.any([work, timer]);
  if (cancel) timer.cancel();
  let after = null;
  for (let i = 0; i < then; i++) after = yield context.df.callActivity('addOne', 10 + i);
  return { winner: winner === work ? 'work' : 'timer', after, timerCompleted: timer.isCompleted };
});

orchestration('waitOne', function* (context) {
  const { before = 0 } = context.df.getInput() ?? {};
  if (before) yield context.df.createTimer(later(context, before));
  return describe(yield context.df.waitForExternalEvent('Go'));
});
orchestration('waitTwo', function* (context) {
  const { before, atOnce } = context.df.getInput();
  if (before) yield context.df.createTimer(later(context, before));
  const wait = () => context.df.waitForExternalEvent('Go');
  if (!atOnce) return { first: yield wait(), second: yield wait() };
  const [a, b] = [wait(), wait()];
  yield context.df.Task.all([a, b]);
  return { first: a.result, second: b.result };
});
orchestration('waitAny', function* (context) {
  const go = context.df.waitForExternalEvent('Go');
  const stop = context.df.waitForExternalEvent('Stop');
  const winner = yield context.df.Task.any([go, stop]);
  return { winner: winner === go ? 'Go' : 'Stop', value: winner.result };
});
orchestration('eventOrTimer', function* (context) {
  const timer = context.df.createTimer(later(context, 1500));
  const go = context.df.waitForExternalEvent('Go');
  if ((yield context.df.Task.any([go, timer])) === timer) return { winner: 'timer' };
  timer.cancel();
  return { winner: 'event', value: go.result };
});

orchestration('generations', function* (context) {
  const { round } = context.df.getInput();
  if (round === 3) return { round };
  yield context.df.callActivity('addOne', round);
  context.df.continueAsNew({ round: round + 1 });
  return 'dropped';
});
orchestration('generationInput', function* (context) {
  const input = context.df.getInput();
  if (!input?.first) return describe(input);
  context.df.continueAsNew(values[input.kind]);
});
orchestration('generationOpenTask', function* (context) {
  const { round, open } = context.df.getInput();
  if (round === 2) return { round };
  const task =
    open === 'timer'
      ? context.df.createTimer(later(context, 3500))
      : context.df.callActivity('held', context.df.instanceId);
  yield context.df.Task.any([context.df.callActivity('addOne', 1), task]);
  context.df.continueAsNew({ round: 2 });
});
orchestration('generationThenAction', function* (context) {
  const { round } = context.df.getInput();
  if (round === 2) return { round };
  context.df.continueAsNew({ round: 2 });
  yield context.df.callActivity('addOne', 1);
});
orchestration('generationOnEvent', function* (context) {
  const { round } = context.df.getInput();
  if (round === 2) return { round, got: yield context.df.waitForExternalEvent('Go') };
  yield context.df.waitForExternalEvent('Next');
  context.df.continueAsNew({ round: 2 });
});

orchestration('customStatus', function* (context) {
  for (const status of ['one', { two: 2, list: [1] }, null]) {
    context.df.setCustomStatus(status);
    yield context.df.createTimer(later(context, 1500));
  }
  context.df.setCustomStatus(0);
  return 'done';
});
orchestration('customStatusSize', function* (context) {
  context.df.setCustomStatus('s'.repeat(context.df.getInput().length));
  yield context.df.callActivity('addOne', 1);
  return 'done';
});

// Patterns that are refused.
orchestration('slidingWindow', function* (context) {
  const slow = context.df.callActivity('held', context.df.instanceId);
  yield context.df.Task.any([context.df.callActivity('addOne', 1), slow]);
  return yield context.df.Task.any([context.df.callActivity('addOne', 2), slow]);
});
orchestration('retried', function* (context) {
  return yield context.df.callActivityWithRetry('addOne', new df.RetryOptions(1000, 3), 1);
});
orchestration('parent', function* (context) {
  return yield context.df.callSubOrchestrator('chain', { n: 1 });
});
orchestration('callsHttp', function* (context) {
  return yield context.df.callHttp({ method: 'GET', url: 'http://127.0.0.1:9/' });
});
orchestration('callsEntity', function* (context) {
  return yield context.df.callEntity(new df.EntityId('counter', 'x'), 'get');
});
