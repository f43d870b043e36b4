import { Batch } from './batch.js';
import type { CallOptions } from './deadline.js';
import { frameColumns } from './frameColumns.js';
import { InputError } from './inputError.js';
import { isText, rowsOfText, rowsOfValues, type JsonObject, type Records } from './records.js';
import { batchItems, frameOfRows, requestBody, requireInputs, takesFrames } from './requestBody.js';
import { segment } from './segment.js';
import type { ServerCalls } from './serverCalls.js';
import type { ParameterDefinition, ServiceMetadata } from './serviceMetadata.js';
import { ServiceResponse } from './serviceResponse.js';

export interface ConsumeOptions extends CallOptions {
  /** Files that are made along with the outputs: their names, or `true` for all that the service has. */
  readonly outputFiles?: readonly string[] | boolean;
}

/** A service with a method named by its operation id, such as `Service & ServiceMethod<'manualTransmission'>`. */
export type ServiceMethod<Operation extends string> = Readonly<Record<Operation, Service['consume']>>;

/** What a service can do. */
export interface Capabilities {
  readonly api: string;
  readonly name: string;
  readonly version: string;
  readonly publishedBy: string | undefined;
  readonly runtime: string | undefined;
  readonly description: string;
  readonly creationTime: string | undefined;
  readonly snapshotId: string | undefined;
  readonly inputs: readonly ParameterDefinition[];
  readonly outputs: readonly ParameterDefinition[];
  readonly artifacts: readonly string[];
  readonly operationId: string;
  readonly swagger: string;
}

/** A version of a service on a server. Made by `MLServer.getService`. */
export class Service {
  readonly name: string;
  readonly version: string;
  readonly metadata: ServiceMetadata;
  readonly #calls: ServerCalls;
  readonly #path: string;
  #columns: { readonly named: readonly ParameterDefinition[] | undefined } | undefined;

  constructor(calls: ServerCalls, metadata: ServiceMetadata) {
    this.#calls = calls;
    this.metadata = metadata;
    this.name = metadata.name;
    this.version = metadata.version;
    this.#path = `/api/${segment('name', this.name)}/${segment('version', this.version)}`;
    const { operationId } = this;
    // a method of that name is there, or it would make a promise of the service
    if (operationId in this || operationId === 'then') return;
    const value = this.consume.bind(this);
    Object.defineProperty(this, operationId, { value, enumerable: false });
  }

  /** Name of the method that scores, besides `consume`. */
  get operationId(): string {
    return this.metadata.operationId ?? 'consume';
  }

  /**
   * Scores one record (an object of values), or several at once: an array of objects, an object of arrays, CSV or TSV.
   * Several are answered as one frame, in `outputs.outputData`. Throws an InputError.
   */
  async consume(inputs: Records, { outputFiles, ...options }: ConsumeOptions = {}): Promise<ServiceResponse> {
    const json = isText(inputs)
      ? frameOfRows(await this.#rowsOf(inputs, options))
      : requestBody(inputs, this.#declared);
    const path = this.#path + filesQuery(outputFiles);
    return new ServiceResponse(await this.#calls.json({ method: 'POST', path, json }, options));
  }

  capabilities(): Capabilities {
    const { versionPublishedBy, runtimeType, description, creationTime, snapshotId } = this.metadata;
    const { outputParameterDefinitions, outputFileNames = [] } = this.metadata;
    return {
      ...{ api: this.#path, name: this.name, version: this.version, description },
      publishedBy: versionPublishedBy ?? undefined,
      runtime: runtimeType,
      creationTime,
      snapshotId: snapshotId ?? undefined,
      inputs: this.#declared,
      outputs: outputParameterDefinitions,
      artifacts: outputFileNames,
      operationId: this.operationId,
      swagger: `${this.#calls.host}${this.#path}/swagger.json`,
    };
  }

  /** The Swagger 2.0 document of the service, as text. */
  async swagger(options: CallOptions = {}): Promise<string> {
    return this.#calls.text({ method: 'GET', path: `${this.#path}/swagger.json` }, options);
  }

  /**
   * The execution of the service for every record, in the background; `start` begins it. `parallelCount`: records that
   * are worked on at once, 1 or more. Throws an InputError, for records in a text when it is started.
   */
  batch(records: Records, parallelCount = 10): Batch {
    requireInputs(this.#declared);
    if (!Number.isSafeInteger(parallelCount) || parallelCount < 1) {
      throw new InputError(`parallelCount: expected a whole number from 1 on, got ${parallelCount}`);
    }
    const items = (rows: readonly JsonObject[]) => batchItems(rows, this.#declared);
    if (isText(records)) {
      return this.#batch({ parallelCount, items: async () => items(await this.#rowsOf(records)) });
    }
    // now: the records of the caller may change before the start
    const now = items(rowsOfValues(records).map((row) => ({ ...row })));
    return this.#batch({ parallelCount, items: () => Promise.resolve(now) });
  }

  /** Ids of the executions of this service, those that wait or run first. */
  async listBatchExecutions(options: CallOptions = {}): Promise<readonly string[]> {
    const ids = await this.#calls.json({ method: 'GET', path: `${this.#path}/batch` }, options);
    return (ids ?? []) as readonly string[];
  }

  /** The other name of `listBatchExecutions`. */
  async getBatchExecutions(options: CallOptions = {}): Promise<readonly string[]> {
    return this.listBatchExecutions(options);
  }

  /** The execution with an id; whether there is one is seen at its first call. */
  getBatch(executionId: string): Batch {
    return this.#batch({ executionId });
  }

  #batch(from: ConstructorParameters<typeof Batch>[2]): Batch {
    return new Batch(this.#calls, `${this.#path}/batch`, from);
  }

  get #declared(): readonly ParameterDefinition[] {
    return this.metadata.inputParameterDefinitions;
  }

  async #rowsOf(
    records: Parameters<typeof rowsOfText>[0],
    options?: CallOptions,
  ): Promise<readonly JsonObject[]> {
    return rowsOfText(
      records,
      takesFrames(this.#declared) ? await this.#frameColumns(options) : this.#declared,
    );
  }

  /** Asked once: a version never changes. */
  async #frameColumns(options?: CallOptions): Promise<readonly ParameterDefinition[] | undefined> {
    this.#columns ??= { named: frameColumns(await this.swagger(options)) };
    return this.#columns.named;
  }
}

function filesQuery(outputFiles: ConsumeOptions['outputFiles']): string {
  if (outputFiles === undefined || outputFiles === false) return '';
  return `?outputFiles=${outputFiles === true ? 'true' : outputFiles.map(encodeURIComponent).join(',')}`;
}
