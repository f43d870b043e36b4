import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { OrchestrationContext as Context, Task } from 'durable-functions';
import { attachApp } from '../../../local/core/coreModule.js';
import { FunctionApp } from '../../../local/core/functionApp.js';
import { runEpisode } from '../../../local/durable/episode.js';
import { executionStarted, taskEnded } from '../../../local/durable/makeEvents.js';
import { ReplayEngine, type DurableFunctions } from '../../../local/durable/orchestrationEngine.js';
import type { Instance, Message, NewMessage } from '../../../local/durable/store.js';
import { triggerOf } from '../../../local/triggers.js';
import { fc } from '../../support/property.js';
import { TestClock } from '../../support/testClock.js';

/** What an orchestrator of the test does: calls in turn, some at once, some in a race against a timer. */
type Step =
  | { readonly do: 'call' | 'pause'; readonly n: number }
  | { readonly do: 'all'; readonly steps: readonly Step[] }
  | { readonly do: 'race'; readonly n: number }
  | { readonly do: 'generation' };

interface Input {
  readonly program: readonly Step[];
  readonly from: number;
  readonly sum: number;
}

let engine: ReplayEngine;
let calls = 0;

before(async () => {
  const app = new FunctionApp(__dirname, { log: () => undefined });
  attachApp(app);
  const df = await import('durable-functions');
  const call = ({ df }: Context, n: number): Task => df.callActivity('double', { n });
  const pause = ({ df }: Context, n: number): ReturnType<typeof df.createTimer> =>
    df.createTimer(new Date(df.currentUtcDateTime.getTime() + n * 1000));
  const taskOf = (context: Context, step: Step): Task => {
    if (step.do === 'all') return context.df.Task.all(step.steps.map((one) => taskOf(context, one)));
    assert.ok(step.do === 'call' || step.do === 'pause');
    return step.do === 'call' ? call(context, step.n) : pause(context, step.n);
  };
  const sumOf = (value: unknown): number =>
    Array.isArray(value)
      ? value.reduce((sum: number, one) => sum + sumOf(one), 0)
      : typeof value === 'number'
        ? value
        : 0;
  // only its name counts: the test gives the results
  df.app.activity('double', { handler: () => undefined });
  df.app.orchestration('program', function* (context: Context): Generator<Task, unknown, unknown> {
    const { program, from, sum: before } = context.df.getInput<Input>();
    let sum = before;
    for (let at = from; at < program.length; at += 1) {
      const step = program[at] as Step;
      if (step.do === 'generation') {
        context.df.continueAsNew({ program, from: at + 1, sum });
        return undefined;
      }
      if (step.do === 'race') {
        const timer = pause(context, 3600);
        const work = call(context, step.n);
        const winner = yield context.df.Task.any([timer, work]);
        assert.equal(winner, work);
        timer.cancel();
        sum += sumOf(work.result);
      } else sum += sumOf(yield taskOf(context, step));
    }
    return { sum };
  });
  await app.start();
  const byName = (type: string): DurableFunctions =>
    new Map(
      [...app.functions.values()].flatMap((registered) => {
        const trigger = triggerOf(registered);
        return trigger?.type === type
          ? [[registered.name, { name: registered.name, registered, trigger, disabled: false }]]
          : [];
      }),
    );
  engine = new ReplayEngine(app, byName('orchestrationtrigger'), byName('activitytrigger'));
});

const leaf = fc.record({
  do: fc.constantFrom('call' as const, 'pause' as const),
  n: fc.integer({ min: 1, max: 9 }),
});
const { step } = fc.letrec<{ step: Step; part: Step }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({
      do: fc.constant('all' as const),
      steps: fc.array(tie('part'), { minLength: 1, maxLength: 4 }),
    }),
  ),
  step: fc.oneof(
    tie('part'),
    fc.record({ do: fc.constant('race' as const), n: fc.integer({ min: 1, max: 9 }) }),
    fc.constant({ do: 'generation' as const }),
  ),
}));

function callsIn(steps: readonly Step[]): number[] {
  return steps.flatMap((one) =>
    one.do === 'all' ? callsIn(one.steps) : one.do === 'call' || one.do === 'race' ? [one.n] : [],
  );
}

/** Plays an instance to its end; `pick` says which of the waiting messages, and how many, the next episode gets. */
async function play(program: readonly Step[], pick: (waiting: number) => number[]): Promise<Instance> {
  const clock = new TestClock();
  let instance: Instance = {
    instanceId: 'i',
    executionId: 'e',
    name: 'program',
    runtimeStatus: 'Pending',
    input: JSON.stringify({ program, from: 0, sum: 0 }),
    output: null,
    customStatus: null,
    createdMs: 0,
    updatedMs: 0,
  };
  let history: string[] = [];
  const started = executionStarted(instance, 0, 0);
  let waiting: NewMessage[] = [{ instanceId: 'i', event: started, dueMs: 0 }];
  while (instance.runtimeStatus === 'Pending' || instance.runtimeStatus === 'Running') {
    const chosen = pick(waiting.length).map((at) => waiting[at] as NewMessage);
    waiting = waiting.filter((one) => !chosen.includes(one));
    const messages: Message[] = chosen.map(({ event }, id) => ({ id, event }));
    const commit = await runEpisode(engine, clock, instance, history, messages);
    const events = commit.events.map((event) => JSON.stringify(event));
    history = commit.newGeneration ? events : [...history, ...events];
    ({ instance } = commit);
    if (commit.newGeneration) waiting = [];
    for (const { name, input, taskId } of commit.activities) {
      assert.equal(name, 'double');
      const { n } = JSON.parse(input ?? '') as { n: number };
      calls += 1;
      const event = taskEnded(taskId, { ok: true, result: JSON.stringify(2 * n) }, clock.wallMs());
      waiting.push({ instanceId: 'i', event, dueMs: 0 });
    }
    // a race is won by the work: its timer never rings here
    waiting.push(...commit.messages.filter(({ dueMs }) => dueMs < clock.wallMs() + 3_000_000));
    assert.ok(instance.runtimeStatus !== 'Running' || waiting.length > 0, 'the instance hangs');
  }
  return instance;
}

test('what an orchestration gives does not depend on how its messages are grouped and ordered, and every call is made once', async () => {
  const order = fc.infiniteStream(fc.nat());
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), order, async (program, numbers) => {
      calls = 0;
      const next = (): number => numbers.next().value as number;
      const { runtimeStatus, output } = await play(program, (waiting) => {
        const all = Array.from({ length: waiting }, (_, at) => at);
        const shuffled = all.map((at) => [next(), at] as const).sort(([a], [b]) => a - b);
        return shuffled.slice(0, 1 + (next() % waiting)).map(([, at]) => at);
      });
      const numbersCalled = callsIn(program);
      assert.equal(runtimeStatus, 'Completed', output ?? '');
      assert.deepEqual(JSON.parse(output ?? ''), { sum: numbersCalled.reduce((sum, n) => sum + 2 * n, 0) });
      assert.equal(calls, numbersCalled.length);
    }),
    { numRuns: 300 },
  );
});
