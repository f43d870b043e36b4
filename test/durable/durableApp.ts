import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FUNCTIONS = `
const { appendFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const df = require(${JSON.stringify(require.resolve('durable-functions'))});

df.app.activity('noop', { handler: () => ({ ok: true }) });
// every run leaves a line, so that runs can be counted from outside
df.app.activity('count', { handler: async ({ wave, i, file, ms }) => {
  appendFileSync(file, JSON.stringify({ wave, i, atMs: performance.now() }) + '\\n');
  await sleep(ms);
  return { n: wave * 100 + i };
} });

df.app.orchestration('chain', function* (context) {
  for (let i = 0; i < context.df.getInput().length; i++) yield context.df.callActivity('noop', { i });
  return { done: true };
});
df.app.orchestration('fanOut', function* (context) {
  const calls = Array.from({ length: context.df.getInput().width }, (_, i) => context.df.callActivity('noop', { i }));
  return { count: (yield context.df.Task.all(calls)).length };
});
// waves of activities, a new generation every few waves, a timer now and then
df.app.orchestration('waves', function* (context) {
  const { activity, waves, width, perGeneration, pauseEvery = 0, from = 0, sum = 0, ...rest } = context.df.getInput();
  const upTo = Math.min(from + perGeneration, waves);
  let total = sum;
  for (let wave = from; wave < upTo; wave++) {
    const call = (_, i) => context.df.callActivity(activity, { wave, i, ...rest });
    const results = yield context.df.Task.all(Array.from({ length: width }, call));
    for (const { n = 1 } of results) total += n;
    if (pauseEvery > 0 && wave % pauseEvery === 0) {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1500));
    }
  }
  const next = { activity, waves, width, perGeneration, pauseEvery, from: upTo, sum: total, ...rest };
  if (upTo < waves) return context.df.continueAsNew(next);
  return { waves, sum: total };
});
`;

/** Writes the function app that is killed and measured; gives its folder. */
export function writeDurableApp(dir: string): string {
  const files = {
    'package.json': JSON.stringify({ main: 'functions.js' }),
    'host.json': JSON.stringify({ version: '2.0' }),
    'functions.js': FUNCTIONS,
  };
  mkdirSync(dir, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(dir, name), content);
  return dir;
}
