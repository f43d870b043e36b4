import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { decoyHash } from '../../shared/auth/login/passwordHash.js';
import { readSettings, settingNames } from '../../shared/settings.js';
import { expectFault } from '../support/expectFault.js';
import { projectRoot } from '../support/project.js';

const appDir = path.resolve('app');

test('an empty environment gives the defaults', () => {
  const settings = readSettings({}, appDir);
  assert.equal(settings.modelsDir, path.join(appDir, 'models'));
  assert.ok(settings.workers >= 1);
  assert.equal(settings.maxBodyBytes, 16 * 2 ** 20);
});

test('an empty value means that the setting is not set', () => {
  const empty = Object.fromEntries(settingNames.map((name) => [name, '']));
  assert.deepEqual(readSettings(empty, appDir), readSettings({}, appDir));
});

test('values are read as whole numbers and folders from the app folder on', () => {
  const settings = readSettings(
    {
      WARMSTART_MODELS_DIR: 'other',
      WARMSTART_WORKERS: '3',
      WARMSTART_QUEUE_LIMIT: '0',
      WARMSTART_DRAIN_MS: '1',
    },
    appDir,
  );
  assert.deepEqual(
    [settings.modelsDir, settings.workers, settings.queueLimit, settings.drainMs],
    [path.join(appDir, 'other'), 3, 0, 1],
  );
  const absolute = path.resolve('somewhere');
  assert.equal(readSettings({ WARMSTART_MODELS_DIR: absolute }, appDir).modelsDir, absolute);
});

test('a value out of range or of the wrong kind is refused with the name of its setting', () => {
  const texts = [
    'MODELS_DIR',
    'STORAGE',
    'STORAGE__blobServiceUri',
    'INPUT_CONTAINERS',
    'WEBHOOK_HOSTS',
    'MAINTENANCE_CRON',
  ];
  for (const name of settingNames.filter((one) => !texts.includes(one.replace('WARMSTART_', '')))) {
    for (const value of ['-1', '1.5', 'many', '1e12', 'NaN']) {
      expectFault(() => readSettings({ [name]: value }, appDir), {
        code: 'SCORE_ERR_SETTING',
        message: `setting ${name}: `,
      });
    }
  }
});

test('the containers of the product itself cannot be inputs of jobs', () => {
  assert.deepEqual(readSettings({ WARMSTART_INPUT_CONTAINERS: 'a, b' }, appDir).inputContainers, ['a', 'b']);
  for (const name of ['state', 'models', 'batches']) {
    expectFault(() => readSettings({ WARMSTART_INPUT_CONTAINERS: `a, ${name}` }, appDir), {
      code: 'SCORE_ERR_SETTING',
      message: 'setting WARMSTART_INPUT_CONTAINERS: ',
    });
  }
});

test('users are read from their setting, and secrets of tokens from a list', () => {
  const [one, other] = ['a'.repeat(32), 'b'.repeat(40)];
  const environment = {
    WARMSTART_USERS: `anna:Owner:${decoyHash}`,
    WARMSTART_TOKEN_SECRET: `${one}, ${other}`,
  };
  const { users, tokenSecrets } = readSettings(environment, appDir);
  assert.deepEqual(users, [{ name: 'anna', role: 'Owner', passwordHash: decoyHash }]);
  assert.deepEqual(tokenSecrets, [one, other]);
  const fault = expectFault(() => readSettings({ WARMSTART_TOKEN_SECRET: `${one},short` }, appDir), {
    code: 'SCORE_ERR_SETTING',
    message: 'setting WARMSTART_TOKEN_SECRET: a secret has at least 32 characters',
  });
  assert.doesNotMatch(fault.message, /short|aaa/);
});

test('access cannot be switched by the environment', () => {
  assert.deepEqual(
    settingNames.filter((name) => name.includes('ACCESS') || name.includes('AUTH')),
    [],
  );
});

test('the settings table of the README lists every setting, and no other', () => {
  const readme = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
  const listed = readme.split('\n').flatMap((line) => /^\|\s*`(WARMSTART_\w+)`/.exec(line)?.[1] ?? []);
  assert.deepEqual(listed.sort(), [...settingNames].sort());
});
