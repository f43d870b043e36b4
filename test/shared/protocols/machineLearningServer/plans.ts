import type { ModelPlan } from '../../../../shared/models/modelPlan.js';
import { column, featuresOf } from '../../../support/signatures.js';

/** The plan of a small model with the facts that a test is about. */
export function planOf(facts: Partial<ModelPlan>): ModelPlan {
  return {
    name: 'cars',
    version: '1.0.0',
    sha256: 'f'.repeat(64),
    key: 'e'.repeat(64),
    dir: '',
    stamp: '',
    signature: featuresOf('FP32', column('hp'), column('wt')),
    cutsZipMaps: false,
    externalData: [],
    intraOpThreads: 1,
    description: '',
    metadata: {},
    operationId: undefined,
    createdMs: 0,
    ...facts,
  };
}
