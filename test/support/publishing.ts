import type { Principal } from '../../shared/auth/principal.js';
import type { ModelPlan } from '../../shared/models/modelPlan.js';
import { publishModel } from '../../shared/publish/publishModel.js';
import type { PublishBody } from '../../shared/publish/receivePublish.js';
import type { Services } from '../../shared/services.js';
import { listAll } from '../../shared/storage/blobStore.js';
import { multipart, type FormFile } from '../functions/publish/publishCalls.js';
import { jsonBytes, parseBytes } from './bytes.js';

export const anna: Principal = { name: 'anna', role: 'Contributor' };
export const bert: Principal = { name: 'bert', role: 'Contributor' };
export const owner: Principal = { name: 'olga', role: 'Owner' };

/** A multipart body as a route hands it over. */
export function formBody(
  files: readonly FormFile[],
  fields: Readonly<Record<string, string>> = {},
): PublishBody {
  const { body, headers } = multipart(files, fields);
  return {
    contentType: headers['content-type'],
    contentEncoding: undefined,
    take: () => Promise.resolve(new Uint8Array(body)),
  };
}

/** Publishes `<name>/<version>` on one instance. */
export function publishOn(
  services: Services,
  place: string,
  files: readonly FormFile[],
  caller: Principal = anna,
  fields: Readonly<Record<string, string>> = {},
): Promise<ModelPlan> {
  const [name = '', version = ''] = place.split('/');
  return publishModel(services.publishing(), caller, { name, version }, formBody(files, fields));
}

/** The outputs of one consumption call, and what the answer says of its model. */
export async function scoreOn(
  { scorer }: Services,
  model: string,
  version: string | undefined,
  inputData: unknown,
): Promise<{ readonly outputs: unknown; readonly sha256: string; readonly version: string }> {
  const { body, plan } = await scorer.score({
    ...{ model, codec: 'consumption', body: jsonBytes({ inputData }) },
    ...(version === undefined ? {} : { version }),
  });
  const { outputParameters } = parseBytes(body) as { outputParameters: { outputData: unknown } };
  return { outputs: outputParameters.outputData, sha256: plan.sha256, version: plan.version };
}

/** Names of the blobs in the container of models. */
export async function storedModels(services: Services, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of listAll(services.store(), 'models', prefix)) names.push(name);
  return names;
}
