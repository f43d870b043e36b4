import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { filesRequest } from '../../../shared/protocols/consumption/filesRequest.js';
import { jsonBytes } from '../../support/bytes.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { consume } from '../../support/scoreCalls.js';
import { startServices } from '../../support/startServices.js';
import { temporaryDir } from '../../support/temporaryDir.js';

test('no call waits behind one that makes files, though the model is a quick one', async (t) => {
  const gate = path.join(temporaryDir(t), 'gate');
  const module = `
    import { existsSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    export async function before({ a, b }) {
      while (a[0] === 7 && !existsSync(${JSON.stringify(gate)})) await setTimeout(5);
      return { a, b };
    }`;
  const slow = { fixture: 'add', modelJson: { artifacts: ['answer.csv'] }, files: { 'scoring.mjs': module } };
  const services = await startServices(t, modelsDirWith(t, { 'add/1': slow }), { WARMSTART_WORKERS: '2' });
  for (let i = 0; i < 30; i++) await consume(services, 'add', { a: 1, b: 2 });
  const body = filesRequest(undefined, jsonBytes({ a: 7, b: 2 }));
  const files = services.scorer.score({ model: 'add', codec: 'artifacts', body });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => consume(services, 'add', { a: 1, b: 2 })),
  );
  assert.equal(answers.length, 20);
  writeFileSync(gate, '');
  assert.equal((await files).rows, 1);
});
