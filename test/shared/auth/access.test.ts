import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isSeen,
  mayUseService,
  ownersSeenBy,
  requirePermission,
  requireServices,
  type Permission,
} from '../../../shared/auth/access.js';
import { localPrincipal, type Principal } from '../../../shared/auth/principal.js';
import { expectFault } from '../../support/expectFault.js';

const caller = (role: Principal['role'], services?: readonly string[]): Principal => ({
  name: 'anna',
  role,
  ...(services === undefined ? {} : { services }),
});

test('each role may what the one below it may, and more', () => {
  const may = (who: Principal) =>
    (['score', 'batch', 'model', 'admin'] as const).filter((permission: Permission) => {
      try {
        requirePermission(who, permission);
        return true;
      } catch {
        return false;
      }
    });
  assert.deepEqual(may(caller('Reader')), ['score', 'batch']);
  assert.deepEqual(may(caller('Contributor')), ['score', 'batch', 'model']);
  assert.deepEqual(may(caller('Owner')), ['score', 'batch', 'model', 'admin']);
  assert.deepEqual(may(caller('Owner', ['cars'])), ['score', 'batch', 'model'], 'bound to models');
});

test('who is bound to models may call these alone', () => {
  const bound = caller('Reader', ['cars', 'wine']);
  requireServices(bound, { name: 'cars' }, { name: 'wine' });
  requireServices(caller('Reader'), { name: 'anything' });
  assert.equal(mayUseService(bound, 'Cars'), false, 'letter case counts');
  const expected = { code: 'SCORE_ERR_ACCESS_FORBIDDEN', message: "'digits'" } as const;
  expectFault(() => {
    requireServices(bound, { name: 'cars' }, { name: 'digits' });
  }, expected);
  expectFault(() => {
    requireServices(caller('Reader', []), { name: 'digits' });
  }, expected);
});

test('a caller sees the own jobs, a Contributor those of the role too, an Owner all', () => {
  assert.deepEqual(ownersSeenBy(caller('Reader')), ['anna']);
  assert.deepEqual(ownersSeenBy(caller('Contributor')), ['anna', 'Contributor']);
  assert.equal(ownersSeenBy(caller('Owner')), 'all');
  assert.deepEqual(ownersSeenBy(localPrincipal), ['local', 'Contributor']);
  assert.deepEqual(ownersSeenBy(caller('Contributor', ['cars'])), ['anna'], 'bound to models');
  assert.equal(isSeen('all', 'x'), true);
  assert.equal(isSeen(['anna'], 'ann'), false);
});
