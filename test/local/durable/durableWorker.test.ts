import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ActivityRunner } from '../../../local/durable/activityRunner.js';
import { DurableWorker } from '../../../local/durable/durableWorker.js';
import type { OrchestrationEngine } from '../../../local/durable/orchestrationEngine.js';
import { DurableStore } from '../../../local/durable/sqliteStore.js';
import { TestClock } from '../../support/testClock.js';
import { instance, started } from './events.js';

test('timers fire in their own order, whatever the order in which they were made', async (t) => {
  const clock = new TestClock();
  const store = new DurableStore(':memory:');
  // An instance waits for one timer of as many seconds as its input says.
  const engine: OrchestrationEngine = {
    runEpisode: ({ input }, history) => {
      const fireAt = new Date(clock.wallMs() + Number(input) * 1000).toISOString();
      const newCalls = [{ id: 0, action: { kind: 'timer', fireAt, isCanceled: false } }] as const;
      const isOver = history.length > 3;
      const completion = isOver ? ({ status: 'Completed', output: null } as const) : undefined;
      const common = { suspended: undefined, customStatus: null };
      return Promise.resolve({ ...common, newCalls: isOver ? [] : newCalls, completion });
    },
  };
  const activities = {
    running: new Set(),
    pump: () => undefined,
    drain: () => undefined,
    close: () => undefined,
  };
  const worker = new DurableWorker({
    ...{
      store,
      engine,
      clock,
      maxConcurrentOrchestrators: 2,
      activities: activities as unknown as ActivityRunner,
    },
    onFault: (error) => {
      throw error;
    },
  });
  t.after(async () => {
    await worker.stop(0);
    store.close();
  });
  const are = async (...wanted: string[]): Promise<void> => {
    const statuses = (): string[] => store.instances({}, 9).map(({ runtimeStatus }) => runtimeStatus);
    for (let left = 1_000; left > 0 && statuses().join() !== wanted.join(); left -= 1) await turn();
    assert.deepEqual(statuses(), wanted);
  };
  await worker.start();
  for (const [id, input] of Object.entries({ a: '6', b: '2', c: '9', d: '0' })) {
    const of = instance(id, { input });
    store.create(of, started(of), false);
    worker.notify(id);
  }
  await are('Running', 'Running', 'Running', 'Completed');
  clock.move(1_000);
  await are('Running', 'Completed', 'Running', 'Completed');
  clock.move(4_000);
  await are('Completed', 'Completed', 'Running', 'Completed');
  clock.move(3_000);
  await are('Completed', 'Completed', 'Completed', 'Completed');
});
