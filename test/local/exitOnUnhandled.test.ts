import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = JSON.stringify(require.resolve('../../local/exitOnUnhandled'));
const LOG = JSON.stringify(require.resolve('../../local/log'));

test('the process prints the first unhandled rejection or exception and ends with code 1', () => {
  for (const fault of [
    `Promise.reject(new Error('nobody waits'))`,
    `setTimeout(() => { throw 'nobody waits'; })`,
  ]) {
    const code = `require(${MODULE}).exitOnUnhandled(new (require(${LOG}).StderrLog)()); ${fault}; setTimeout(() => {}, 5000);`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /critical +\[Host\] Un.*nobody waits/);
  }
});
