import type { Principal } from '../../auth/principal.js';
import type { ModelPlan } from '../../models/modelPlan.js';
import { parametersOf } from './parameters.js';

/** Who published the models that were deployed with the app. */
const deployment = 'deployment';

/** The record of a service version as the metadata routes answer it (contracts/machine-learning-server.md 1.2). */
export function serviceRecordView(plan: ModelPlan, caller: Principal) {
  const { name, version, description, operationId, publishedBy, createdMs, signature } = plan;
  const { inputs, outputs } = parametersOf(signature);
  return {
    name,
    version,
    versionPublishedBy: publishedBy ?? deployment,
    creationTime: timeText(createdMs),
    // there are no snapshots and no scripts, but clients look for the keys
    snapshotId: null,
    runtimeType: 'Realtime',
    initCode: null,
    code: null,
    description,
    operationId: operationId ?? 'consume',
    inputParameterDefinitions: inputs,
    outputParameterDefinitions: outputs,
    outputFileNames: signature.artifacts?.map(({ fileName }) => fileName) ?? [],
    myPermissionOnService: mayChange(publishedBy, caller) ? 'read/write' : 'read only',
  };
}

/** `2017-10-05T22:49:33.7830000`: no zone and seven digits, in UTC. */
const timeText = (ms: number) => new Date(ms).toISOString().replace('Z', '0000');

/** Whether the routes that change a version are open to the caller. */
function mayChange(publishedBy: string | undefined, { name, role }: Principal): boolean {
  return role === 'Owner' || (role === 'Contributor' && name === publishedBy);
}
