import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal, Role } from '../../../../shared/auth/principal.js';
import type { ModelPlan } from '../../../../shared/models/modelPlan.js';
import { serviceRecords } from '../../../../shared/protocols/machineLearningServer/serviceRecords.js';
import { serviceRecordView } from '../../../../shared/protocols/machineLearningServer/serviceRecordView.js';
import { fc } from '../../../support/property.js';
import { planOf } from './plans.js';

const caller = (name: string, role: Role): Principal => ({ name, role });
const ann = caller('ann', 'Contributor');

test('a record has every key that clients read', () => {
  const createdMs = Date.UTC(2017, 9, 5, 22, 49, 33, 783);
  const plan = planOf({ createdMs, publishedBy: 'ann', description: 'Transmission.', operationId: 'manual' });
  assert.deepEqual(serviceRecordView(plan, ann), {
    name: 'cars',
    version: '1.0.0',
    versionPublishedBy: 'ann',
    creationTime: '2017-10-05T22:49:33.7830000',
    snapshotId: null,
    runtimeType: 'Realtime',
    initCode: null,
    code: null,
    description: 'Transmission.',
    operationId: 'manual',
    inputParameterDefinitions: [
      { name: 'hp', type: 'numeric' },
      { name: 'wt', type: 'numeric' },
    ],
    outputParameterDefinitions: [{ name: 'y', type: 'numeric' }],
    outputFileNames: [],
    myPermissionOnService: 'read/write',
  });
});

test('without operation id the method is consume, and the description is an empty text', () => {
  const { operationId, description } = serviceRecordView(planOf({}), ann);
  assert.deepEqual([operationId, description], ['consume', '']);
});

test('the files that a model can make are listed', () => {
  const { signature } = planOf({});
  const artifacts = [{ fileName: 'answer.csv', writer: 'csv' as const }];
  const plan: ModelPlan = planOf({ signature: { ...signature, artifacts } });
  assert.deepEqual(serviceRecordView(plan, ann).outputFileNames, ['answer.csv']);
});

test('a version may be changed by its publisher and by Owners, a deployed one by Owners alone', () => {
  const permission = (publishedBy: string | undefined, who: Principal) =>
    serviceRecordView(planOf(publishedBy === undefined ? {} : { publishedBy }), who).myPermissionOnService;
  assert.equal(permission('ann', ann), 'read/write');
  assert.equal(permission('bob', ann), 'read only');
  assert.equal(permission('ann', caller('ann', 'Reader')), 'read only');
  assert.equal(permission('bob', caller('olga', 'Owner')), 'read/write');
  assert.equal(permission(undefined, caller('deployment', 'Contributor')), 'read only');
  assert.equal(permission(undefined, caller('olga', 'Owner')), 'read/write');
});

test('the time has no zone and seven digits, and is the one that was meant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (createdMs) => {
      const { creationTime } = serviceRecordView(planOf({ createdMs: createdMs + 0.4321 }), ann);
      assert.match(creationTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$/);
      assert.equal(Date.parse(`${creationTime}Z`), createdMs);
    }),
  );
});

test('only versions that can be scored are listed, and of these only what the caller is bound to', () => {
  const entry = (name: string) => ({
    name,
    version: '1.0.0',
    state: 'READY' as const,
    plan: planOf({ name }),
  });
  const entries = [
    entry('cars'),
    { ...entry('broken'), state: 'UNAVAILABLE' as const },
    { name: 'new', version: '1.0.0', state: 'LOADING' as const },
    entry('wine'),
  ];
  const seenBy = (who: Principal) => serviceRecords(entries, who).map(({ name }) => name);
  assert.deepEqual(seenBy(ann), ['cars', 'wine']);
  assert.deepEqual(seenBy({ ...ann, services: ['wine', 'broken'] }), ['wine']);
});
