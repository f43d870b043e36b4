import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { matchRoute } from '../../../local/routes/matchRoute.js';
import { asciiLower, parseTemplate } from '../../../local/routes/template.js';

const match = (template: string, path: string): Record<string, string> | undefined =>
  matchRoute(parseTemplate(template), path, asciiLower(path));

const MATCHES: readonly [template: string, path: string, values: Record<string, string> | undefined][] = [
  ['a/b', '/A/B', {}],
  ['a/b', '/a/b/', {}],
  ['a/b', '/a/b//', undefined],
  ['a/b', '/a//b', undefined],
  ['a/b', '/a', undefined],
  ['', '/', {}],
  ['{x?}', '/', {}],
  ['{x=1}', '/', { x: '1' }],
  ['{*x}', '/', {}],
  ['{*x}', '//', undefined],
  ['{*x}', '/a//b/', { x: 'a//b/' }],
  ['a/{*x=z}', '/a', { x: 'z' }],
  ['a/{x}/{y?}', '/a/1', { x: '1' }],
  ['a/{x}/{y?}', '/a', undefined],
  ['a/{x?}/b', '/a/b', undefined],
  ['{name}.{ext}', '/a.b.c', { name: 'a.b', ext: 'c' }],
  ['{name}.{ext}', '/.c', undefined],
  ['{name}.{ext}', '/a.', undefined],
  ['{name}.{ext?}', '/a', { name: 'a' }],
  ['{name}.{ext?}', '/a.b', { name: 'a', ext: 'b' }],
  ['{name}.{ext?}', '/a.', undefined],
  ['v{major}-{minor}', '/V1-2', { major: '1', minor: '2' }],
  ['v{major}', '/xv1', undefined],
  ['v{a}.{b?}', '/v.b', { a: '.b' }],
  ['{x}end', '/endend', { x: 'end' }],
  ['{x}end', '/end', undefined],
  ['{{x}}', '/{x}', {}],
  ['{x:int}/{y:int?}', '/1', { x: '1' }],
  ['{x:int}/{y:int?}', '/1/a', undefined],
  ['{x:int=5}', '/', { x: '5' }],
  ['{x:int=z}', '/', undefined],
  ['{*x:int}', '/', undefined],
  ['{x:regex(^\\d{{2}}:(a|b)$)}', '/12:b', { x: '12:b' }],
  ['{x:regex(^(a|b)$):minlength(1)=a}', '/', { x: 'a' }],
];

describe('a template matches as in ASP.NET', () => {
  for (const [template, path, values] of MATCHES) {
    test(`"${template}" and ${path}`, () => {
      assert.deepEqual(match(template, path), values);
    });
  }
});

test('a template that breaks a rule is refused', () => {
  for (const template of [
    'a//b',
    '{a',
    'a}',
    '{a}{b}',
    '{*a}/b',
    'x{*a}',
    '{a?}x',
    '{a}-{b?}',
    '{a?=1}',
    '{*a?}',
    '{}',
    '{a}/{A}',
    'a?',
    '{a:nope}',
    '{a{b}}',
  ]) {
    assert.throws(() => parseTemplate(template), /^Error: route "/, template);
  }
});

const word = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
const value = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes('/'));
const segment = fc.oneof(
  word.map((literal) => ({ template: literal, literal })),
  value.map((given) => ({ template: '{}', given })),
);

test('a URL made from a template gives back the values it was made from', () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
      const template = segments.map((one, i) => ('given' in one ? `{p${i}}` : one.template)).join('/');
      const path = segments
        .map((one) => `/${'given' in one ? one.given : one.literal.toUpperCase()}`)
        .join('');
      const expected = Object.fromEntries(
        segments.flatMap((one, i) => ('given' in one ? [[`p${i}`, one.given]] : [])),
      );
      assert.deepEqual(match(template, path), expected);
    }),
  );
});

test('no path makes the matcher throw or give a value with a slash outside a catch-all', () => {
  const templates = ['a/{b}/{c?}', '{a}.{b?}', 'x/{a:int}/{*rest}', '{a=1}/{b:alpha}'].map(parseTemplate);
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...templates), (text, template) => {
      const path = `/${text}`;
      const values = matchRoute(template, path, asciiLower(path));
      for (const [name, found] of Object.entries(values ?? {})) {
        assert.ok(name === 'rest' || !found.includes('/'));
      }
    }),
  );
});
