import { MLServerError } from './mlServerError.js';

/** The types of Machine Learning Server. */
export type ParameterType =
  'numeric' | 'integer' | 'character' | 'logical' | 'vector' | 'matrix' | 'data.frame';

export interface ParameterDefinition {
  readonly name: string;
  readonly type: ParameterType;
}

/** A version of a service as `GET /services` describes it. */
export interface ServiceMetadata {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly operationId?: string | null;
  readonly versionPublishedBy?: string | null;
  readonly creationTime?: string;
  readonly runtimeType?: string;
  readonly snapshotId?: string | null;
  readonly inputParameterDefinitions: readonly ParameterDefinition[];
  readonly outputParameterDefinitions: readonly ParameterDefinition[];
  readonly outputFileNames?: readonly string[];
  readonly myPermissionOnService?: string;
}

/** The services of an answer: a list, or one alone. Throws an MLServerError for what is neither. */
export function parseServices(answer: unknown, path: string): readonly ServiceMetadata[] {
  const list = Array.isArray(answer) ? (answer as readonly unknown[]) : [answer];
  return list.map((one) => parseService(one, path));
}

function parseService(value: unknown, path: string): ServiceMetadata {
  const service = (typeof value === 'object' ? (value ?? {}) : {}) as Partial<ServiceMetadata>;
  if (typeof service.name !== 'string' || typeof service.version !== 'string') {
    throw new MLServerError(`${path} was answered without name and version`, { status: 200, body: value });
  }
  return {
    ...service,
    name: service.name,
    version: service.version,
    description: service.description ?? '',
    inputParameterDefinitions: service.inputParameterDefinitions ?? [],
    outputParameterDefinitions: service.outputParameterDefinitions ?? [],
  };
}
