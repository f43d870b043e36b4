import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DurableStore } from '../../../local/durable/sqliteStore.js';
import { temporaryDir } from '../../support/temporaryDir.js';
import { episode, instance, raised, started } from './events.js';

function names(store: DurableStore, instanceId: string, nowMs: number): unknown[] {
  return store.inbox(instanceId, nowMs).map(({ event }) => ('Name' in event ? event.Name : event.EventType));
}

const cases: Readonly<Record<string, (store: DurableStore) => void>> = {
  'an instance is made once, and read as it was written': (store) => {
    const first = instance('a', { input: '"\u0000 ü \\ud800"', customStatus: '{}' });
    assert.equal(store.create(first, started(first), false), undefined);
    assert.deepEqual({ ...store.instance('a') }, first);
    assert.deepEqual({ ...store.create(instance('a', { name: 'other' }), started(first), false) }, first);
    assert.equal(store.instance('A'), undefined);
    assert.deepEqual(
      store.inbox('a', 0).map(({ event }) => event),
      [started(first)],
    );
  },

  'an instance that may be replaced takes nothing over from the one before': (store) => {
    const old = instance('a');
    store.create(old, started(old), false);
    store.post({ instanceId: 'a', event: raised('old'), dueMs: 0 });
    const activities = [{ taskId: 0, name: 'addOne', input: '1' }];
    store.commit(episode(old, { events: [raised('history')], activities }));
    const fresh = instance('a', { executionId: 'second' });
    assert.equal(store.create(fresh, started(fresh), true), undefined);
    assert.deepEqual(store.history('a'), []);
    assert.deepEqual(store.activities(0, 9), []);
    assert.deepEqual(names(store, 'a', 9), ['chain']);
    assert.equal(store.commit(episode(old, { events: [raised('late')] })), false);
    assert.deepEqual([store.instance('a')?.executionId, store.history('a')], ['second', []]);
  },

  'a commit writes instance, history, activities and messages': (store) => {
    const of = instance('a', { runtimeStatus: 'Running', output: null });
    store.create(of, started(of), false);
    const consumed = store.inbox('a', 0).map(({ id }) => id);
    const activities = [
      { taskId: 0, name: 'addOne', input: '1' },
      { taskId: 1, name: 'addOne', input: null },
    ];
    const messages = [{ instanceId: 'a', executionId: of.executionId, event: raised('timer'), dueMs: 500 }];
    assert.equal(store.commit(episode(of, { consumed, events: [started(of)], activities, messages })), true);
    assert.equal(store.commit(episode(of, { events: [raised('x'), raised('y')] })), true);
    assert.deepEqual(
      store.history('a'),
      [started(of), raised('x'), raised('y')].map((one) => JSON.stringify(one)),
    );
    assert.deepEqual([names(store, 'a', 499), names(store, 'a', 500)], [[], ['timer']]);
    const common = { instanceId: 'a', executionId: of.executionId, started: false };
    const [one, two] = store.activities(0, 9);
    assert.deepEqual(one, { ...activities[0], ...common, id: one?.id });
    assert.deepEqual(two, { ...activities[1], ...common, id: two?.id });
  },

  'a new generation takes the place of the history, and drops what belonged to the last one': (store) => {
    const of = instance('a', { runtimeStatus: 'Running' });
    store.create(of, started(of), false);
    store.commit(episode(of, { consumed: store.inbox('a', 0).map(({ id }) => id), events: [started(of)] }));
    store.post({ instanceId: 'a', executionId: of.executionId, event: raised('result'), dueMs: 0 });
    store.post({ instanceId: 'a', event: raised('event'), dueMs: 0 });
    const next = { ...of, executionId: 'second' };
    const messages = [{ instanceId: 'a', executionId: 'second', event: raised('new timer'), dueMs: 9 }];
    const commit = episode(next, { executionId: of.executionId, newGeneration: true, messages });
    assert.equal(store.commit({ ...commit, events: [raised('carried')] }), true);
    assert.deepEqual(store.history('a'), [JSON.stringify(raised('carried'))]);
    store.post({ instanceId: 'a', executionId: of.executionId, event: raised('late result'), dueMs: 0 });
    assert.deepEqual(names(store, 'a', 9), ['event', 'new timer']);
  },

  'what comes for an instance that has ended or is unknown is dropped': (store) => {
    const of = instance('a', { runtimeStatus: 'Running' });
    store.create(of, started(of), false);
    const timer = { instanceId: 'a', executionId: of.executionId, event: raised('timer'), dueMs: 99 };
    store.commit(episode(of, { messages: [timer], activities: [{ taskId: 0, name: 'slow', input: null }] }));
    const [open] = store.activities(0, 9);
    store.commit(episode({ ...of, runtimeStatus: 'Terminated' }));
    store.post({ instanceId: 'a', event: raised('late'), dueMs: 0 });
    store.post({ instanceId: 'nobody', event: raised('late'), dueMs: 0 });
    assert.equal(store.finish(open?.id ?? 0, { ...timer, dueMs: 0 }), true);
    assert.deepEqual(
      [store.dueInstances(100), store.nextDueMs(0), names(store, 'a', 100)],
      [[], undefined, []],
    );
  },

  'messages are handed out when they are due, in order': (store) => {
    for (const id of ['a', 'b']) store.create(instance(id), started(instance(id)), false);
    assert.deepEqual(store.dueInstances(0), ['a', 'b']);
    store.post({ instanceId: 'b', event: raised('late'), dueMs: 30 });
    store.post({ instanceId: 'b', event: raised('early'), dueMs: 20 });
    store.post({ instanceId: 'b', event: raised('at once'), dueMs: 0 });
    assert.deepEqual(names(store, 'b', 20), ['chain', 'at once', 'early']);
    assert.deepEqual([store.nextDueMs(0), store.nextDueMs(20), store.nextDueMs(30)], [20, 30, undefined]);
    const consumed = store.inbox('b', 30).map(({ id }) => id);
    store.commit(episode(instance('b', { runtimeStatus: 'Running' }), { consumed }));
    assert.deepEqual(store.dueInstances(99), ['a']);
  },

  'a result takes the place of its activity once': (store) => {
    const of = instance('a', { runtimeStatus: 'Running' });
    store.create(of, started(of), false);
    const activities = [0, 1, 2].map((taskId) => ({ taskId, name: 'addOne', input: null }));
    store.commit(episode(of, { activities }));
    const [first, second, third] = store.activities(0, 3).map(({ id }) => id);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    store.markStarted([first, third]);
    assert.deepEqual(
      store.activities(0, 9).map(({ taskId, started }) => [taskId, started]),
      [[0, true], [1, false], [2, true]], // prettier-ignore
    );
    assert.deepEqual(
      store.activities(first, 1).map(({ taskId }) => taskId),
      [1],
    );
    const result = { instanceId: 'a', executionId: of.executionId, event: raised('result'), dueMs: 0 };
    assert.deepEqual([store.finish(second, result), store.finish(second, result)], [true, false]);
    assert.deepEqual(names(store, 'a', 0), ['chain', 'result']);
    store.finish(third, result);
    store.commit(episode(of, { activities }));
    assert.ok(store.activities(third, 9).every(({ id }) => id > third));
  },

  'instances are listed by id, filtered and page by page': (store) => {
    for (const [index, id] of ['x-2', 'x-1', 'y', 'x', 'Ü', 'x-\u{10fffe}'].entries()) {
      const runtimeStatus = id === 'x-2' ? 'Failed' : 'Running';
      const of = instance(id, { runtimeStatus, createdMs: index });
      store.create(of, started(of), false);
    }
    const list = (...args: Parameters<DurableStore['instances']>): string[] =>
      store.instances(...args).map(({ instanceId }) => instanceId);
    assert.deepEqual(list({}, 9), ['x', 'x-1', 'x-2', 'x-\u{10fffe}', 'y', 'Ü']);
    assert.deepEqual(list({ idPrefix: 'x-' }, 2), ['x-1', 'x-2']);
    assert.deepEqual(list({ idPrefix: 'x-' }, 2, 'x-2'), ['x-\u{10fffe}']);
    assert.deepEqual(list({ statuses: ['Failed', 'Completed'] }, 9), ['x-2']);
    assert.deepEqual(list({ createdFromMs: 1, createdToMs: 2 }, 9), ['x-1', 'y']);
    assert.deepEqual(list({ idPrefix: '%' }, 9), []);
  },

  'a list of long inputs and outputs is shorter than asked for': (store) => {
    for (const id of ['a', 'b', 'c', 'd']) {
      const of = instance(id, { input: 'i'.repeat(5_000_000), output: 'o'.repeat(5_000_000) });
      store.create(of, started(instance(id)), false);
    }
    assert.deepEqual(
      ['', 'b', 'd'].map((after) => store.instances({}, 9, after).map(({ instanceId }) => instanceId)),
      [['a', 'b'], ['c', 'd'], []],
    );
  },

  'a purge removes all that belongs to an instance': (store) => {
    for (const id of ['a', 'b']) {
      const of = instance(id, { runtimeStatus: 'Running' });
      store.create(of, started(of), false);
      store.commit(
        episode(of, { events: [started(of)], activities: [{ taskId: 0, name: id, input: null }] }),
      );
    }
    const [activity] = store.activities(0, 1);
    assert.equal(store.purge(['a', 'nobody']), 1);
    assert.deepEqual([store.instance('a'), store.history('a'), store.inbox('a', 9)], [undefined, [], []]);
    const result = { instanceId: 'a', executionId: 'execution of a', event: raised('result'), dueMs: 0 };
    assert.equal(store.finish(activity?.id ?? 0, result), false);
    assert.equal(store.commit(episode(instance('a'))), false);
    assert.deepEqual(
      [store.dueInstances(9), store.history('b').length, store.activities(0, 9).length],
      [['b'], 1, 1],
    );
  },

  'a thousand activities are one commit': (store) => {
    const of = instance('a', { runtimeStatus: 'Running' });
    store.create(of, started(of), false);
    const activities = Array.from({ length: 1_000 }, (_, taskId) => ({
      taskId,
      name: 'addOne',
      input: '{}',
    }));
    store.commit(episode(of, { activities, events: activities.map(({ taskId }) => raised(String(taskId))) }));
    assert.deepEqual(
      store.activities(0, 2_000).map(({ taskId }) => taskId),
      activities.map(({ taskId }) => taskId),
    );
    assert.equal(store.history('a').length, 1_000);
  },

  'work that cannot be done leaves the store as it was': (store) => {
    const of = instance('a');
    store.create(of, started(of), false);
    const broken = { taskId: 0, name: null as unknown as string, input: null };
    const consumed = store.inbox('a', 0).map(({ id }) => id);
    assert.throws(() => store.commit(episode(of, { consumed, events: [started(of)], activities: [broken] })));
    assert.deepEqual([names(store, 'a', 0), store.history('a'), store.activities(0, 9)], [['chain'], [], []]);
    assert.equal(store.commit(episode(of, { consumed })), true);
  },
};

const kinds: Readonly<Record<string, (t: TestContext) => string>> = {
  memory: () => ':memory:',
  file: (t) => join(temporaryDir(t), 'durable.db'),
};

for (const [kind, file] of Object.entries(kinds)) {
  for (const [name, run] of Object.entries(cases)) {
    test(`${kind}: ${name}`, (t) => {
      const store = new DurableStore(file(t));
      t.after(() => {
        store.close();
      });
      run(store);
    });
  }
}
