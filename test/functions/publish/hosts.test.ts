import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { before, test } from 'node:test';
import { startAppProcess, type AppProcess } from '../../batch/appProcess.js';
import { startAzurite } from '../../support/azurite.js';
import { jsonOf, send } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { onnxFloats, onnxModel, onnxNode, onnxValue } from '../../support/onnxBytes.js';
import { writeApp } from '../../support/startApp.js';
import { fileCleanUp, temporaryDir } from '../../support/temporaryDir.js';
import { modelPart, publish } from './publishCalls.js';

const file = fileCleanUp();
/** Two local hosts in processes of their own, on one storage. */
const hosts: AppProcess[] = [];
let startAgain: (at: number) => Promise<AppProcess>;

before(async () => {
  const { connectionString } = await startAzurite(file);
  const modelsDir = modelsDirWith(file, {});
  const appDir = writeApp(file);
  const dataDirs = [0, 1].map(() => path.join(temporaryDir(file), 'data'));
  startAgain = (at) =>
    startAppProcess({ appDir, modelsDir, dataDir: dataDirs[at] as string, storage: connectionString });
  for (const at of [0, 1]) hosts.push(await startAgain(at));
  file.after(async () => {
    for (const host of hosts) await host.kill();
  });
});

const url = (at: number) => hosts[at]?.url ?? '';

/** `y` = `x` + a number. */
const plus = (number: number) =>
  onnxModel({
    nodes: [onnxNode('Add', ['x', 'w'], ['y'])],
    inputs: [onnxValue('x', [-1])],
    outputs: [onnxValue('y', [-1])],
    initializers: [onnxFloats('w', [1], new Uint8Array(Float32Array.of(number).buffer))],
  });

const score = (at: number, place: string) =>
  send(`${url(at)}/api/${place}`, { body: { inputData: { x: [1] } } });

/** What a model answers for 1. */
async function outcome(
  at: number,
  place: string,
): Promise<{ readonly y: number; readonly sha256: string | null }> {
  const answer = await score(at, place);
  const { outputParameters } = jsonOf(answer) as { outputParameters: { outputData: { y: number[] } } };
  return {
    y: outputParameters.outputData.y[0] ?? NaN,
    sha256: answer.headers.get('x-warmstart-model-sha256'),
  };
}

test('what is published on one host is scored at once on the other, and after both were killed', async () => {
  const answer = await publish(url(0), 'shared/1.0.0', [modelPart(plus(41))]);
  assert.equal(answer.status, 201, answer.text);
  assert.equal((await outcome(1, 'shared/1.0.0')).y, 42);
  for (const at of [0, 1]) {
    await hosts[at]?.kill();
    hosts[at] = await startAgain(at);
    assert.equal((await outcome(at, 'shared/1.0.0')).y, 42);
  }
  const listed = JSON.parse((await send(`${url(1)}/services/shared`)).text) as { version: string }[];
  assert.deepEqual(
    listed.map(({ version }) => version),
    ['1.0.0'],
  );
});

test('deleted and published again with other bytes, the other host never answers with a mix', async () => {
  const numbers = new Map<string, number>();
  const publishAs = async (number: number) => {
    const bytes = plus(number);
    numbers.set(createHash('sha256').update(bytes).digest('hex'), number);
    const answer = await publish(url(0), 'again/1.0.0', [modelPart(bytes)]);
    assert.equal(answer.status, 201, answer.text);
  };
  await publishAs(100);
  let last = (await outcome(1, 'again/1.0.0')).y;
  assert.equal(last, 101);
  let calls = 0;
  const run = { isOver: false, failed: false };
  const asking = (async () => {
    while (!run.isOver) {
      const answer = await score(1, 'again/1.0.0');
      calls++;
      if (answer.status === 404 || answer.status === 503) continue;
      const { outputParameters } = jsonOf(answer) as { outputParameters: { outputData: { y: number[] } } };
      const [y = NaN] = outputParameters.outputData.y;
      const number = numbers.get(answer.headers.get('x-warmstart-model-sha256') ?? '');
      assert.equal(y, (number ?? NaN) + 1);
      last = y;
    }
  })();
  asking.catch(() => (run.failed = true));
  for (const number of [200, 300]) {
    const deleted = await send(`${url(0)}/services/again/1.0.0`, { method: 'DELETE' });
    assert.equal(deleted.status, 200, deleted.text);
    await publishAs(number);
    assert.equal((await outcome(0, 'again/1.0.0')).y, number + 1);
    const callsThen = calls;
    while (!run.failed && (last !== number + 1 || calls === callsThen)) await new Promise(setImmediate);
  }
  run.isOver = true;
  await asking;
});
