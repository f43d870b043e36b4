import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setCookieHeader } from '../../../local/http/cookies.js';

test('a cookie value is escaped and gets the root path', () => {
  assert.equal(
    setCookieHeader({ name: 'a', value: "1;x!'()*", sameSite: 'none' }),
    'a=1%3Bx%21%27%28%29%2A; path=/',
  );
});

test('a name or an attribute that could add another attribute is refused', () => {
  assert.throws(() => setCookieHeader({ name: 'a;b', value: '', sameSite: 'none' }), /not a cookie name/);
  const path = { value: '/;domain=evil' };
  assert.throws(() => setCookieHeader({ name: 'a', value: '', path, sameSite: 'none' }), /not allowed/);
});
