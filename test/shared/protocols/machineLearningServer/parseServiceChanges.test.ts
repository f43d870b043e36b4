import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAliasTarget } from '../../../../shared/protocols/machineLearningServer/parseAliasTarget.js';
import { parseServiceChanges } from '../../../../shared/protocols/machineLearningServer/parseServiceChanges.js';
import { utf8 } from '../../../support/bytes.js';
import { expectFault, type ExpectedFault } from '../../../support/expectFault.js';

const parse = (request: unknown) => parseServiceChanges(utf8(JSON.stringify(request)));
const refuses = (request: unknown, expected: ExpectedFault) => expectFault(() => parse(request), expected);

test('description and operation id can be changed, and what is null stays', () => {
  assert.deepEqual(parse({ description: 'New.', operationId: 'score_it' }), {
    description: 'New.',
    operationId: 'score_it',
  });
  assert.deepEqual(parse({ description: '' }), { description: '' });
  assert.deepEqual(parse({ description: null, code: null, snapshotId: null, outputFileNames: null }), {});
  assert.deepEqual(parse({ runtimeType: 'Realtime' }), {});
});

test('whatever belongs to a script is refused with what to do instead', () => {
  for (const request of [
    { code: 'x <- 1' },
    { initCode: 'y' },
    { snapshotId: 'a-b' },
    { runtimeType: 'Python' },
  ]) {
    refuses(request, { code: 'SCORE_ERR_SERVICE_SCRIPT', message: 'POST /realtime-services' });
  }
});

test('what follows from the model, and what nobody knows, is refused by name', () => {
  const code = 'SCORE_ERR_REQUEST_FIELD';
  refuses(
    { inputParameterDefinitions: [] },
    { code, pointer: '/inputParameterDefinitions', message: 'from the model' },
  );
  refuses({ color: 'red' }, { code, pointer: '/color' });
  refuses({ 'a/b': 1 }, { code, pointer: '/a~1b' });
  refuses([], { code, pointer: '' });
});

test('an operation id must be one that clients can make a method of', () => {
  for (const operationId of ['', '1st', 'a b', 'class', 'größe', 'x'.repeat(5) + '!']) {
    refuses({ operationId }, { code: 'SCORE_ERR_REQUEST_FIELD', pointer: '/operationId' });
  }
  refuses({ operationId: 7 }, { code: 'SCORE_ERR_REQUEST_FIELD', pointer: '/operationId' });
});

test('a description is a text of at most 10,000 characters', () => {
  assert.equal(parse({ description: 'x'.repeat(10_000) }).description?.length, 10_000);
  for (const description of ['x'.repeat(10_001), 1, ['x']]) {
    refuses({ description }, { code: 'SCORE_ERR_REQUEST_FIELD', pointer: '/description' });
  }
});

test('an alias names a version and nothing else', () => {
  const target = (request: unknown) => parseAliasTarget(utf8(JSON.stringify(request)));
  assert.equal(target({ version: '1.0.0' }), '1.0.0');
  for (const request of [{}, { version: 1 }, { version: null }, { version: '1', x: 1 }, 'v', []]) {
    expectFault(() => target(request), { code: 'SCORE_ERR_REQUEST_FIELD' });
  }
});
