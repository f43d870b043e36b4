import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkWritten, docsBlocks } from '../client/docsExample.js';
import { startBatchApp } from '../functions/batch/batchApp.js';
import { projectRoot } from '../support/project.js';
import { fileCleanUp, temporaryDir } from '../support/temporaryDir.js';

const file = fileCleanUp();
const run = promisify(execFile);
/** A Python 3.5 to 3.7 that has the package azureml-model-management-sdk. */
const python = process.env.WARMSTART_TEST_PYTHON_CLIENT;
const skip = python === undefined && 'WARMSTART_TEST_PYTHON_CLIENT names no Python with the client';

test(
  'the Python program of docs/machine-learning-server.md runs with the client of old',
  { skip },
  async (t) => {
    const { url } = await startBatchApp(file, {
      models: { 'transmission/1.0.0': { shipped: 'transmission/1.0.0' } },
    });
    const folder = temporaryDir(t);
    const [program = ''] = docsBlocks('machine-learning-server.md', 'python');
    writeFileSync(path.join(folder, 'program.py'), program.replace('time.sleep(1)', 'time.sleep(0.02)'));
    copyFileSync(
      path.join(projectRoot, 'tools', 'train', 'data', 'mtcars.csv'),
      path.join(folder, 'mtcars.csv'),
    );
    const env = { ...process.env, HOST: url, USER_NAME: 'anna', PASSWORD: 'any while access is off' };
    const { stdout } = await run(python ?? '', ['-W', 'ignore', 'program.py'], { cwd: folder, env });
    checkWritten(stdout);
    assert.match(readFileSync(path.join(folder, 'answer.csv'), 'utf8'), /^hp,wt,answer\r?\n110,/);
  },
);
