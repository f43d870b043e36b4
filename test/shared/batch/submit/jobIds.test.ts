import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobIdFor, scheduledJobId, uploadJobId } from '../../../../shared/batch/submit/jobIds.js';
import { expectFault } from '../../../support/expectFault.js';
import { fc } from '../../../support/property.js';

const noNewId = () => assert.fail('no new id is wanted');
const withKey = (owner: string, key: string) => jobIdFor(owner, key, noNewId);

test('without a key every job has a new id', () => {
  assert.equal(
    jobIdFor('me', undefined, () => 'new'),
    'new',
  );
});

test('with a key an owner gets the same id again, and it goes into blob names', () => {
  const id = withKey('me', 'order 1');
  assert.equal(id, withKey('me', 'order 1'));
  assert.match(id, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  // written down: an id that changes between releases would start old keys anew
  assert.equal(id, '73f6e613-1d5a-1a3e-cd51-a06665385019');
});

test('other owners, other keys and other kinds of jobs have other ids', () => {
  const ids = [
    withKey('me', 'k'),
    withKey('you', 'k'),
    withKey('me', 'K'),
    withKey('mek', 'k'),
    withKey('me\0k', 'k'),
    uploadJobId('me', 'k', ''),
    uploadJobId('c', 'a', '"0x1"'),
    uploadJobId('c', 'a', '"0x2"'),
    uploadJobId('c', 'a/b', '"0x1"'),
    uploadJobId('ca', 'b', '"0x1"'),
    scheduledJobId({ service: 'c', id: 'a', owner: 'o' }, 1),
    scheduledJobId({ service: 'c', id: 'a', owner: 'o' }, 2),
    scheduledJobId({ service: 'c', id: 'b', owner: 'o' }, 1),
    scheduledJobId({ service: 'd', id: 'a', owner: 'o' }, 1),
    scheduledJobId({ service: 'c', id: 'a', owner: 'p' }, 1),
    uploadJobId('c', 'a', '1'),
    withKey('c\0a', '1'),
  ];
  assert.equal(new Set(ids).size, ids.length);
});

test('two pairs of owner and key share no id', () => {
  const owner = fc.string({ unit: fc.constantFrom('a', '\0', 'b'), maxLength: 4 });
  const key = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(owner, key, owner, key, (a, b, c, d) => {
      assert.equal(withKey(a, b) === withKey(c, d), a === c && b === d);
    }),
  );
});

test('a key is 1 to 200 printable ASCII characters', () => {
  for (const key of ['!', '~', 'a b', 'x'.repeat(200)]) withKey('me', key);
  for (const key of ['', 'x'.repeat(201), 'a\nb', 'a\0', 'ü', '\x7f', '\t']) {
    expectFault(() => withKey('me', key), { code: 'SCORE_ERR_JOB_OPTION', message: 'Idempotency-Key' });
  }
});
