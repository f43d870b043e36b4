import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from '../../../../shared/batch/submit/canonicalJson.js';
import { requestSha256 } from '../../../../shared/batch/submit/requestSha256.js';
import { fc } from '../../../support/property.js';
import { describe, send } from './requests.js';

test('a request in other words has the same hash', async () => {
  const one = await describe({ service: 'a', join: ['x'], input: { prefix: 'p', pattern: '*' } });
  const other = await describe(
    '{"input":{"pattern":"*","container":"uploads","prefix":"p"}, "parallelCount":1e1, "join":["x"],"services":["a"]}',
  );
  assert.match(requestSha256(one), /^[0-9a-f]{64}$/);
  assert.equal(requestSha256(one), requestSha256(other));
  const sent = await send('service=a&parallelCount=10', 'text/csv; charset=utf-8');
  assert.equal(requestSha256(sent), requestSha256(await send('services=a', 'TEXT/CSV')));
});

test('another option, body or model gives another hash', async () => {
  const specs = await Promise.all([
    describe({ service: 'a', input: { blob: 'x' } }),
    describe({ service: 'a', input: { blob: 'y' } }),
    describe({ service: 'a', input: { blob: 'x' }, join: ['a'] }),
    describe({ service: 'a', input: { blob: 'x' }, join: '*' }),
    describe({ service: 'a', input: { blob: 'x' }, notify: { queue: 'done' } }),
    send('service=a', 'text/csv', 'a\n1'),
    send('service=a', 'text/csv', 'a\n2'),
  ]);
  const [first] = specs;
  const hashes = [...specs.map((spec) => requestSha256(spec)), requestSha256(first, 'another-job')];
  assert.equal(new Set(hashes).size, hashes.length);
});

test('canonical JSON is JSON, and does not depend on the order of keys', () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, one]) => [key, reversed(one)]),
          )
        : value;
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(reversed(value)), canonicalJson(value));
    }),
  );
  assert.equal(canonicalJson({ b: undefined, a: 1 }), '{"a":1}');
});
