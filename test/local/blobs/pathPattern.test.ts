import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PathPattern } from '../../../local/blobs/pathPattern.js';
import { fc } from '../../support/property.js';

test('tokens take as much as they can, the first ones first, slashes too', () => {
  const match = (path: string, blob: string): unknown => new PathPattern(path).match(blob);
  assert.deepEqual(match('box/{name}', 'dir/sub/file.txt'), { name: 'dir/sub/file.txt' });
  assert.deepEqual(match('box/{blobname}.{ext}', 'a.b.c.txt'), { blobname: 'a.b.c', ext: 'txt' });
  assert.deepEqual(match('box/{batch}/{name}.json', 'm/deep/x.json'), { batch: 'm/deep', name: 'x' });
  assert.deepEqual(match('box/{a}{b}', 'xyz'), { a: 'xyz', b: '' });
  assert.deepEqual(match('box/{a}-{b}-', '1-2-3-'), { a: '1-2', b: '3' });
  assert.deepEqual(match('box/x{{{a}}}y', 'x{1}y'), { a: '1' });
  assert.deepEqual(match('box/fixed', 'fixed'), {});
  assert.deepEqual(match('box', 'any/thing'), {});
});

test('what does not fit gives nothing, letter case counts', () => {
  const misses = [
    ['box/{batch}/{name}.json', 'x.json'],
    ['box/{batch}/{name}.json', 'm/x.JSON'],
    ['box/{name}.{ext}', 'noext'],
    ['box/ab{name}bc', 'abc'],
    ['box/fixed', 'fixed2'],
    ['box/fixed', 'Fixed'],
  ] as const;
  for (const [path, blob] of misses)
    assert.equal(new PathPattern(path).match(blob), undefined, `${path} ${blob}`);
});

test('matching is that of the greedy regular expression', () => {
  const part = fc.constantFrom('a', 'b', '.', '/', 'ab');
  const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 4 }), text, (literals, blob) => {
      const path = `box/${literals.reduce((before, literal, at) => `${before}{t${at}}${literal}`)}`;
      const pieces = literals.map((literal) => literal.replaceAll('.', '\\.'));
      const expected = new RegExp(
        `^${pieces.reduce((before, piece, at) => `${before}(?<t${at}>.*)${piece}`)}$`,
      );
      assert.deepEqual(new PathPattern(path).match(blob), toObject(expected.exec(blob)));
    }),
  );
});

function toObject(found: RegExpExecArray | null): unknown {
  return found === null ? undefined : { ...found.groups };
}

test('a long name takes no long time', () => {
  const pattern = new PathPattern('box/{t0}a{t1}a{t2}a{t3}a{t4}a{t5}a{t6}a{t7}b');
  assert.equal(pattern.match('a'.repeat(1024)), undefined);
});

test('a path that cannot be read is refused with its fault', () => {
  const faults = [
    ['', /cannot be a container/],
    ['/x', /cannot be a container/],
    ['Upper/x', /"Upper" cannot be a container/],
    ['{container}/x', /"\{container\}" cannot be a container/],
    ['box/', /no blob name/],
    ['box/{name', /a single "\{"/],
    ['box/name}', /a single "\}"/],
    ['box/{}', /"\{\}" is no name/],
    ['box/{a b}', /"\{a b\}" is no name/],
    ['box/{rand-guid}', /is no name/],
    ['box/{a}/{A}', /twice/],
  ] as const;
  for (const [path, fault] of faults) assert.throws(() => new PathPattern(path), fault, path);
});
