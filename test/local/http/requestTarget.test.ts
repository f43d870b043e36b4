import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseTarget } from '../../../local/http/requestTarget.js';

const TARGETS: readonly [url: string, path: string | undefined, encodedPath?: string][] = [
  ['/a/b', '/a/b', '/a/b'],
  ['/', '/', '/'],
  ['/a%20b', '/a b', '/a%20b'],
  ['/a%2Fb', '/a%2Fb', '/a%2Fb'],
  ['/a%252Fb', '/a%2Fb', '/a%2Fb'],
  ['/%E4', '/%E4', '/%E4'],
  ['/%C3%A4%E4', '/ä%E4', '/%C3%A4%E4'],
  ['/%C0%AE%C0%AE/x', '/%C0%AE%C0%AE/x', '/%C0%AE%C0%AE/x'],
  ['/%ED%A0%80', '/%ED%A0%80', '/%ED%A0%80'],
  ['/a/../b', '/b', '/b'],
  ['/a/%2e%2e/b', '/b', '/b'],
  ['/../../b', '/b', '/b'],
  ['/a/..', '/', '/'],
  ['/a/.', '/a/', '/a/'],
  ['/.well-known', '/.well-known', '/.well-known'],
  ['//a', '//a', '//a'],
  ['/100%', '/100%', '/100%25'],
  ['/a"{|}', '/a"{|}', '/a%22%7B%7C%7D'],
  ['http://h/a', '/a', '/a'],
  ['http://h', '/', '/'],
  ['/a%00b', undefined],
  ['/a\u00fc', undefined],
  ['/a?q=\u00fc', undefined],
  ['', undefined],
  ['ftp://h/a', undefined],
];

describe('a request target is decoded as the real web server does', () => {
  for (const [url, path, encodedPath] of TARGETS) {
    test(JSON.stringify(url), () => {
      const target = parseTarget(url);
      assert.equal(target?.path, path);
      assert.equal(target?.encodedPath, encodedPath);
    });
  }
});

test('no target leaves a dot segment in the path or a character in the URL that has to be encoded', () => {
  const piece = fc.constantFrom('/', '.', '..', '%2e', '%2F', 'a', '%', '%E4', '%C3%A4', '|', '%5C', ';');
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const target = parseTarget(`/${pieces.join('')}`);
      assert.ok(target !== undefined);
      assert.ok(!target.path.split('/').some((segment) => segment === '.' || segment === '..'), target.path);
      assert.match(target.encodedPath, /^(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*$/i);
    }),
  );
});
