import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ModelPlan } from '../../../../shared/models/modelPlan.js';
import { modelKey } from '../../../../shared/runtime/scorer.js';
import { chunkTask, csvSegment } from '../../../support/chunkTasks.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith, type ModelSource } from '../../../support/modelsDir.js';
import { consume } from '../../../support/scoreCalls.js';
import { scoredModel } from '../../../support/scoringModules.js';
import { KeptLog, startServices } from '../../../support/startServices.js';

/** Answers with the thread, the runs of `init` there, and the calls since. */
const counting = `
  import { threadId } from 'node:worker_threads';
  let inits = 0;
  let calls = 0;
  export function init() { inits++; }
  export function after({ sum }) {
    calls++;
    return { thread: sum.map(() => threadId), inits: sum.map(() => inits), calls: sum.map(() => calls) };
  }`;
const counts = { outputs: ['thread', 'inits', 'calls'].map((name) => ({ name, type: 'integer' })) };
const row = { a: 1, b: 2 };

async function start(t: TestContext, models: Readonly<Record<string, ModelSource>>, workers = '1') {
  const root = modelsDirWith(t, models);
  const log = new KeptLog();
  const services = await startServices(t, root, { WARMSTART_WORKERS: workers }, { log });
  const change = async (place: string, text: string) => {
    writeFileSync(path.join(root, place), text);
    await services.catalog.refresh();
    await services.catalog.settled();
  };
  return { services, log, root, change };
}

test('init runs once on each thread, whatever the number of calls', async (t) => {
  const { services } = await start(t, { 'm/1': scoredModel('add', counting, counts) }, '2');
  const callsOf = new Map<unknown, number>();
  while (callsOf.size < 2) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => consume(services, 'm', row)));
    for (const { thread, inits, calls } of answers) {
      assert.equal(inits, 1);
      callsOf.set(thread, Math.max(callsOf.get(thread) ?? 0, Number(calls)));
    }
  }
  const { success } = services.stats.of(modelKey('m', '1'));
  const total = [...callsOf.values()].reduce((sum, calls) => sum + calls, 0);
  assert.equal(total, success.count);
});

test('the first call waits for init, and the later ones show no load', async (t) => {
  const slow =
    'export const init = () => new Promise((done) => setTimeout(done, 30)); export const after = (o) => o;';
  const { services } = await start(t, { 'm/1': scoredModel('add', slow) });
  await consume(services, 'm', row);
  await consume(services, 'm', row);
  const { firstCall, warm } = services.stats.of(modelKey('m', '1'));
  // timers may fire a little early
  assert.ok(firstCall && firstCall.load > 28, `${firstCall?.load} ms`);
  assert.deepEqual([warm?.count, warm?.meanMs.load], [1, 0]);
});

test('two models share nothing, not even with the same files', async (t) => {
  const model = scoredModel('add', counting, counts);
  const { services } = await start(t, { 'm/1': model, 'm/2': model, 'n/1': model });
  assert.equal((await consume(services, 'm', row, '1')).calls, 1);
  for (const [name, version] of [
    ['m', '2'],
    ['n', '1'],
  ] as const) {
    assert.equal((await consume(services, name, row, version)).calls, 1);
  }
  assert.equal((await consume(services, 'm', row, '1')).calls, 2);
});

test('init gets the folder, the model and a log whose lines are bounded and name the model', async (t) => {
  const module = `
    import { readFileSync } from 'node:fs';
    let text = '';
    export function init({ dir, model, log }) {
      text = [readFileSync(dir + '/assets/word.txt', 'utf8'), model.name, model.version, model.sha256.length].join(' ');
      log('one\\n  line');
      log('x'.repeat(5000));
    }
    export const after = ({ sum }) => ({ text: sum.map(() => text) });`;
  const outputs = [{ name: 'text', type: 'character' }];
  const { services, log } = await start(t, {
    'm/1.0': scoredModel('add', module, { outputs }, { 'assets/word.txt': 'hello' }),
  });
  assert.deepEqual(await consume(services, 'm', row), { text: 'hello m 1.0 64' });
  const [first, second, third, ...more] = log.lines;
  const prefix = 'scoring thread 0: model m 1.0: ';
  assert.equal(first, `${prefix}one line`);
  assert.equal(second, `${prefix}${'x'.repeat(1000)}`);
  assert.match(
    third ?? '',
    /^scoring thread 0: model m 1\.0: its scoring module is initialised, in [\d.]+ ms$/,
  );
  assert.deepEqual(more, []);
});

test('a changed module and a changed asset are served without a restart', async (t) => {
  const module = (word: string) => `
    import { part } from './assets/part.mjs';
    import { readFileSync } from 'node:fs';
    let text = '';
    export const init = ({ dir }) => { text = readFileSync(dir + '/assets/word.txt', 'utf8'); };
    export const after = ({ sum }) => ({ text: sum.map(() => ['${word}', part, text].join(' ')) });`;
  const files = { 'assets/word.txt': 'w1', 'assets/part.mjs': "export const part = 'p1';" };
  const outputs = [{ name: 'text', type: 'character' }];
  const { services, change } = await start(t, {
    'm/1': scoredModel('add', module('m1'), { outputs }, files),
  });
  const textNow = async () => (await consume(services, 'm', row)).text;
  assert.equal(await textNow(), 'm1 p1 w1');
  await change('m/1/assets/word.txt', 'w22');
  assert.equal(await textNow(), 'm1 p1 w22');
  await change('m/1/assets/part.mjs', "export const part = 'p22';");
  assert.equal(await textNow(), 'm1 p22 w22');
  await change('m/1/scoring.mjs', module('m22'));
  assert.equal(await textNow(), 'm22 p22 w22');
});

test('a module whose files changed since they were read is not opened', async (t) => {
  const files = { 'assets/a.txt': '1' };
  const { services, root } = await start(t, { 'm/1': scoredModel('add', counting, counts, files) });
  await services.catalog.plan('m');
  writeFileSync(path.join(root, 'm/1/assets/b.txt'), '2');
  const loading = { code: 'SCORE_ERR_MODEL_LOADING', message: 'changed while it was loaded' } as const;
  await expectRejection(consume(services, 'm', row), loading);
  await services.catalog.refresh();
  await services.catalog.settled();
  assert.equal((await consume(services, 'm', row)).calls, 1);
  rmSync(path.join(root, 'm/1/assets/b.txt'));
});

test('code that is no part of the plan does not run', async (t) => {
  const module = `
    import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) throw new Error('it ran');`;
  const { services } = await start(t, { 'm/1': scoredModel('add', module) });
  const plan = await services.catalog.plan('m');
  const chunkOf = (tried: ModelPlan) =>
    services.scorer.runChunk(
      chunkTask([{ name: 'm', version: '1', plan: tried }], [csvSegment('a,b\n1,2\n')]),
      new AbortController().signal,
    );
  await expectRejection(chunkOf(plan), { code: 'SCORE_ERR_MODEL_SCORING', message: 'it ran' });
  // as that of a published model: what it is made from has no module
  const [external = '', graph = ''] = plan.stamp.split('\n');
  const forged = { ...plan, key: '0', stamp: `${external}\n${graph}` };
  await expectRejection(chunkOf(forged), { code: 'SCORE_ERR_MODEL_LOADING' });
});

test('an init that fails on a thread fails the call, and the next call tries again', async (t) => {
  // the check process runs it on its main thread
  const module = `
    import { isMainThread } from 'node:worker_threads';
    let tries = 0;
    export function init() { if (!isMainThread && tries++ === 0) throw new Error('the table is locked'); }
    export const after = (outputs) => outputs;`;
  const { services } = await start(t, { 'm/1': scoredModel('add', module), 'add/1': { fixture: 'add' } });
  await expectRejection(consume(services, 'm', row), {
    code: 'SCORE_ERR_MODEL_SCORING',
    message: /^the scoring module failed in init: the table is locked/,
  });
  assert.deepEqual(await consume(services, 'add', row), { sum: 3 });
  assert.deepEqual(await consume(services, 'm', row), { sum: 3 });
});

test('a promise that a module leaves to fail ends the thread, is logged, and the server goes on', async (t) => {
  const module = `
    export function before(columns) {
      if (columns.a[0] === 13) Promise.reject(new Error('left alone'));
      return columns;
    }`;
  const { services, log } = await start(t, {
    'm/1': scoredModel('add', module),
    'add/1': { fixture: 'add' },
  });
  assert.deepEqual(await consume(services, 'm', row), { sum: 3 });
  // the call itself may be answered before the thread ends
  await consume(services, 'm', { a: 13, b: 1 }).catch(() => undefined);
  for (const model of ['m', 'add']) {
    const answer = await consume(services, model, row).catch(() => consume(services, model, row));
    assert.deepEqual(answer, { sum: 3 });
  }
  const ended = log.lines.filter((line) => line.includes('scoring thread 0 ended and is started again'));
  assert.equal(ended.length, 1);
  assert.match(ended[0] ?? '', /left alone/);
});
