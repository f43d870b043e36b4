import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessMode } from '../../../shared/auth/access.js';
import type { KeyClient } from '../../../shared/auth/keys/keyStore.js';
import { ownerPrincipal } from '../../../shared/auth/ownerPrincipal.js';

const key = { sha256: '', createdMs: 0 };
const both = { primary: key, secondary: key, createdMs: 0 };
const clients = [
  { ...both, client: 'app', role: 'Contributor', services: ['cars'] },
  { ...both, client: 'free', role: 'Reader' },
] as unknown as KeyClient[];

const ownerNow = (name: string, mode: AccessMode = 'required') =>
  ownerPrincipal(
    {
      mode,
      users: {
        find: (wanted) =>
          Promise.resolve(
            wanted === 'rita' ? { name: 'rita', role: 'Reader', passwordHash: 'x' } : undefined,
          ),
      },
      keys: { list: () => Promise.resolve(clients) },
    },
    name,
  );

test('an owner is the user or the client of his name, with what they may do now', async () => {
  assert.deepEqual(await ownerNow('rita'), { name: 'rita', role: 'Reader' });
  assert.deepEqual(await ownerNow('key:app'), { name: 'key:app', role: 'Contributor', services: ['cars'] });
  assert.deepEqual(await ownerNow('key:free'), { name: 'key:free', role: 'Reader' });
});

test('who is gone is nobody, and so is who called while access was off', async () => {
  for (const name of ['rolf', 'key:rita', 'app', 'local', 'Contributor', '']) {
    assert.equal(await ownerNow(name), undefined, name);
  }
});

test('where access is off everybody may do everything', async () => {
  assert.deepEqual(await ownerNow('local', 'off'), { name: 'local', role: 'Owner' });
});
