import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoyHash } from '../../../shared/auth/login/passwordHash.js';
import { parseUserSetting, userEntry } from '../../../shared/auth/users/userSetting.js';
import { expectFault } from '../../support/expectFault.js';

const entry = (name: string, role = 'Reader', hash = decoyHash) => `${name}:${role}:${hash}`;

test('users are entries with commas or line breaks between them', () => {
  const text = `${entry('anna', 'Owner')}, ${entry('bo@example.com')}\r\n\n${entry('c-3.p_o', 'Contributor')},`;
  const users = parseUserSetting(text);
  assert.deepEqual(
    users.map(({ name, role }) => `${name} ${role}`),
    ['anna Owner', 'bo@example.com Reader', 'c-3.p_o Contributor'],
  );
  assert.deepEqual(parseUserSetting(users.map(userEntry).join(',')), users);
  assert.deepEqual(parseUserSetting(''), []);
});

test('an entry that cannot be is told by its number, without its hash', () => {
  for (const [bad, reason] of [
    ['anna', /^setting WARMSTART_USERS: entry 2: expected name:Role:hash/],
    [entry('anna', 'owner'), /entry 2: .*Owner, Contributor, Reader/],
    [entry('anna', 'Reader', 'geheim'), /entry 2: the hash/],
    [`${entry('anna')}:more`, /entry 2: the hash/],
    [entry('-anna'), /entry 2: the name must be/],
    [entry('a/../b'), /entry 2: the name/],
    [entry('a'.repeat(101)), /entry 2: the name/],
    [entry('bo'), /entry 2: this user comes twice/],
  ] as const) {
    const fault = expectFault(() => parseUserSetting(`${entry('bo')},${bad}`), {
      code: 'SCORE_ERR_SETTING',
      message: reason,
    });
    assert.doesNotMatch(fault.message, /geheim|scrypt/);
  }
});

test('nobody has a name that stands for others', () => {
  for (const name of ['local', 'Contributor', 'contributor', 'nobody', 'key:a']) {
    expectFault(() => parseUserSetting(entry(name)), { code: 'SCORE_ERR_SETTING' });
  }
});
