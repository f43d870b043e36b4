import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { importTool } from './support.js';

interface WatchOptions {
  readonly source: EventEmitter;
  readonly now: () => number;
  readonly env: NodeJS.ProcessEnv;
}
const tool = importTool('stopSignals') as Promise<{
  watchStopSignals: (
    onStop: (reason: string) => void,
    onKill: () => void,
    options: WatchOptions,
  ) => () => void;
}>;

/** A watch over signals that the test sends at times that the test chooses. */
async function watch() {
  const { watchStopSignals } = await tool;
  const source = new EventEmitter();
  const heard: string[] = [];
  let time = 0;
  const unwatch = watchStopSignals(
    (reason) => heard.push(`stop ${reason}`),
    () => heard.push('kill'),
    { source, now: () => time, env: {} },
  );
  const signalAt = (ms: number, signal: NodeJS.Signals) => {
    time = ms;
    source.emit(signal, signal);
  };
  return { heard, signalAt, unwatch };
}

test('a signal that comes twice at once, as from npm and the terminal, is one signal', async () => {
  const { heard, signalAt } = await watch();
  signalAt(1000, 'SIGINT');
  signalAt(1001, 'SIGINT');
  signalAt(1500, 'SIGINT');
  assert.deepEqual(heard, ['stop SIGINT']);
});

test('a signal that comes later is from somebody who does not want to wait', async () => {
  const { heard, signalAt } = await watch();
  signalAt(1000, 'SIGTERM');
  signalAt(1501, 'SIGINT');
  assert.deepEqual(heard, ['stop SIGTERM', 'kill']);
});

test('nothing is heard after the end of the watch', async () => {
  const { heard, signalAt, unwatch } = await watch();
  unwatch();
  signalAt(1000, 'SIGHUP');
  assert.deepEqual(heard, []);
});
