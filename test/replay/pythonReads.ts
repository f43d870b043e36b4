import assert from 'node:assert/strict';
import type { RawAnswer } from './pythonCall.js';

// What the Python client does with an answer, as strict as it is (contracts/machine-learning-server.md 2).

type Dictionary = Readonly<Record<string, unknown>>;

/** `response.json()` after `raise_for_status()`. */
export function jsonOf({ status, body }: RawAnswer): unknown {
  assert.ok(status >= 200 && status < 400, `HttpException ${status}: ${body.toString()}`);
  return JSON.parse(body.toString());
}

/** `value[key]`: KeyError where the key is missing. */
export function item(value: unknown, key: string): unknown {
  const found = dictionary(value);
  assert.ok(Object.hasOwn(found, key), `KeyError: '${key}'`);
  return found[key];
}

/** A value that `.get` is called on. */
export function dictionary(value: unknown): Dictionary {
  const isDictionary = typeof value === 'object' && value !== null && !Array.isArray(value);
  assert.ok(isDictionary, `AttributeError: ${JSON.stringify(value)} has no get`);
  return value as Dictionary;
}

/** A value that is iterated over. */
export function list(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value), `TypeError: ${JSON.stringify(value)} is not iterable`);
  return value;
}

/** A value that is put together with texts. */
export function text(value: unknown): string {
  assert.equal(typeof value, 'string', 'TypeError: can only concatenate str');
  return value as string;
}

const casts: Readonly<Record<string, (value: unknown) => boolean>> = {
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  numeric: (value) => typeof value === 'number',
  character: (value) => typeof value === 'string',
  logical: (value) => typeof value === 'boolean',
  vector: Array.isArray,
  matrix: (value) => Array.isArray(value) && value.every(Array.isArray),
  'data.frame': (value) => {
    const columns = Object.values(dictionary(value)).map((column) => list(column).length);
    return columns.every((length) => length === columns[0]);
  },
};

/** `EncodingType.cast_to_python`: None stays None, other types and values that do not convert are errors. */
function castToPython(type: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const fits = casts[type];
  assert.ok(fits, `KeyError: '${type}'`);
  assert.ok(fits(value), `ValueError: ${JSON.stringify(value)} is no ${type}`);
  return value;
}

/** A service as the Python client makes an object of it. */
export interface PythonService {
  readonly api: string;
  /** Name and arguments of the method that is made. */
  readonly method: string;
  readonly args: readonly string[];
  readonly outputs: readonly PythonParameter[];
  readonly artifacts: unknown;
}

interface PythonParameter {
  readonly name: string;
  readonly type: string;
}

const identifier = /^[A-Za-z_]\w*$/;

/** `Service(...)` and `capabilities()`: what they subscribe, iterate and put together. */
export function readService(service: unknown): PythonService {
  item(service, 'description');
  const inputs = parameters(item(service, 'inputParameterDefinitions'));
  const outputs = parameters(item(service, 'outputParameterDefinitions'));
  const operationId = dictionary(service).operationId ?? 'consume';
  const method = text(operationId);
  assert.match(method, identifier);
  const args = inputs.map(({ name }) => name);
  for (const arg of args) assert.match(arg, identifier);
  assert.ok(args.length <= 3, 'the generated method fails with more than three arguments');
  const api = `/api/${text(item(service, 'name'))}/${text(item(service, 'version'))}`;
  return { api, method, args, outputs, artifacts: dictionary(service).outputFileNames };
}

function parameters(value: unknown): readonly PythonParameter[] {
  return list(value).map((one) => {
    const type = text(item(one, 'type'));
    assert.ok(Object.hasOwn(casts, type), `no Python type for '${type}'`);
    return { name: text(item(one, 'name')), type };
  });
}

/** A `ServiceResponse`. */
export interface PythonResponse {
  readonly error: unknown;
  readonly consoleOutput: unknown;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly artifacts: Dictionary;
}

/** `ServiceResponse(...)`: casts the declared outputs; never looks at `success` and `changedFiles`. */
export function readResponse(answer: unknown, outputs: readonly PythonParameter[]): PythonResponse {
  const {
    errorMessage = '',
    consoleOutput = '',
    outputParameters = {},
    outputFiles = [],
  } = dictionary(answer);
  const values = dictionary(outputParameters);
  return {
    error: errorMessage,
    consoleOutput,
    outputs: Object.fromEntries(outputs.map(({ name, type }) => [name, castToPython(type, values[name])])),
    artifacts: dictionary(outputFiles),
  };
}

/** A `BatchResponse`. */
export interface PythonBatchResponse {
  readonly completedItemCount: unknown;
  readonly totalItemCount: unknown;
  readonly state: unknown;
  readonly execution: (index: number) => PythonResponse;
}

export function readBatchResponse(answer: unknown, outputs: readonly PythonParameter[]): PythonBatchResponse {
  const { batchExecutionResults = [] } = dictionary(answer);
  return {
    completedItemCount: item(answer, 'completedItemCount'),
    totalItemCount: item(answer, 'totalItemCount'),
    state: item(answer, 'state'),
    execution: (index) => {
      const results = list(batchExecutionResults);
      assert.ok(index < results.length, 'IndexError');
      return readResponse(results[index], outputs);
    },
  };
}
