import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { moduleMessage } from '../../../../shared/runtime/scoring/moduleMessage.js';

const dir = path.resolve('/srv/my app/models/cars/1.0.0');
const messageOf = (text: string) => moduleMessage(new Error(text), dir);

test('places of this machine lose their folders', () => {
  const asset = path.join(dir, 'assets', 'cars.json');
  assert.equal(
    messageOf(`ENOENT: no such file or directory, open '${asset}'`),
    `ENOENT: no such file or directory, open '${path.join('assets', 'cars.json')}'`,
  );
  const url = `${pathToFileURL(dir).href}/scoring.mjs?warmstart=00ff`;
  assert.equal(messageOf(`not found, imported from ${url}`), 'not found, imported from scoring.mjs');
  assert.equal(
    messageOf(`in ${path.resolve('/srv/my app/node_modules/x/y.js')}`),
    path.join('in node_modules', 'x', 'y.js'),
  );
  assert.equal(messageOf('see /home/anna/secret.txt, C:\\Users\\anna\\b.txt'), 'see secret.txt, b.txt');
});

test('a slash that begins no path stays', () => {
  for (const text of [
    'and/or',
    'AMC/Javelin is unknown',
    'https://example.com/a/b',
    '1/2 of 3/4',
    'at /api',
  ]) {
    assert.equal(messageOf(text), text);
  }
});

test('a message is one line of at most 400 characters, whatever was thrown', () => {
  assert.equal(messageOf(' a\n  b\t'), 'a b');
  assert.equal(messageOf('x'.repeat(500)), `${'x'.repeat(400)}...`);
  assert.equal(moduleMessage('a text', dir), 'a text');
  assert.equal(moduleMessage(undefined, dir), 'undefined');
  assert.equal(moduleMessage(Symbol('s'), dir), 'Symbol(s)');
  assert.equal(moduleMessage(new RangeError(), dir), 'RangeError');
  assert.equal(moduleMessage(Object.create(null), dir), 'something that is no error was thrown');
});
