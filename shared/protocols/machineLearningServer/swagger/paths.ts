import type { ModelPlan } from '../../../models/modelPlan.js';
import type { Schema } from './valueSchema.js';

const reserved = new Set([
  'login',
  'renewToken',
  'revokeRefreshToken',
  'StartBatchExecution',
  'GetBatchExecutions',
  'GetBatchExecutionStatus',
  'CancelAndDeleteBatchExecution',
  'GetBatchExecutionFiles',
  'GetBatchExecutionFile',
]);

/** The paths of a service's document (contracts/machine-learning-server.md 1.3, 1.4). */
export function swaggerPaths({ name, version, operationId, signature }: ModelPlan): Schema {
  const service = `/api/${name}/${version}`;
  const tagged = { security: [{ Bearer: [] }], tags: [name] };
  // ids may not repeat in a document
  const consume = operationId === undefined || reserved.has(operationId) ? 'ConsumeWebService' : operationId;
  return {
    '/login': { post: login },
    '/login/refreshToken': { post: renewToken, delete: revokeRefreshToken },
    [service]: {
      post: {
        ...tagged,
        description: `Scores with ${name}.`,
        operationId: consume,
        parameters: [
          bodyOf('WebServiceParameters', ref('InputParameters')),
          ...(signature.artifacts?.length ? [outputFiles] : []),
        ],
        responses: { '200': ok(ref('WebServiceResult')), ...consumptionFaults },
      },
    },
    [`${service}/batch`]: {
      post: { ...tagged, ...startBatch },
      get: { ...tagged, ...listBatches },
    },
    [`${service}/batch/{executionId}`]: {
      get: { ...tagged, ...batchStatus },
      delete: { ...tagged, ...deleteBatch },
    },
    [`${service}/batch/{executionId}/{index}/files`]: { get: { ...tagged, ...listFiles } },
    [`${service}/batch/{executionId}/{index}/files/{fileName}`]: { get: { ...tagged, ...readFile } },
  };
}

const ref = (definition: string): Schema => ({ $ref: `#/definitions/${definition}` });
const ok = (schema: Schema): Schema => ({ description: 'OK', schema });
const texts: Schema = { type: 'array', items: { type: 'string' } };

const bodyOf = (name: string, schema: Schema): Schema => ({ name, in: 'body', required: true, schema });
const inPath = (name: string, type: string, description: string): Schema => ({
  ...{ name, in: 'path', required: true, type, description },
});
const inQuery = (name: string, type: string, description: string): Schema => ({
  ...{ name, in: 'query', required: false, type, description },
});

const outputFiles = inQuery(
  'outputFiles',
  'string',
  'Files that the answer carries: true for all that the service has, or their names with commas.',
);

const faultOf = (description: string): Schema => ({
  default: { description, schema: ref('Error') },
});
const consumptionFaults = {
  '400': { description: 'The request is not valid.', schema: ref('Error') },
  '500': { description: 'A fault of the server.', schema: ref('Error') },
  ...faultOf('401: no valid credentials; 404: no such service; 413: too large; 429, 503: try again.'),
};
const unknown = 'there is no such service';

const login = {
  operationId: 'login',
  summary: 'Logs in.',
  tags: ['User'],
  parameters: [bodyOf('loginRequest', ref('LoginRequest'))],
  responses: { '200': ok(ref('AccessTokenResponse')), ...faultOf('401: the password is wrong.') },
};
const renewToken = {
  operationId: 'renewToken',
  summary: 'Gives new tokens for a refresh token.',
  tags: ['User'],
  parameters: [bodyOf('renewTokenRequest', ref('RenewTokenRequest'))],
  responses: { '200': ok(ref('AccessTokenResponse')), ...faultOf('401: the refresh token is not valid.') },
};
const revokeRefreshToken = {
  operationId: 'revokeRefreshToken',
  summary: 'Ends a refresh token.',
  tags: ['User'],
  parameters: [{ ...inQuery('refreshToken', 'string', 'The refresh token.'), required: true }],
  responses: { '200': ok(ref('AccessTokenResponse')), ...faultOf('401: the refresh token is not valid.') },
};

const startBatch = {
  description: 'Scores a list of items, each as a request of its own.',
  operationId: 'StartBatchExecution',
  parameters: [
    bodyOf('BatchWebServiceParameters', { type: 'array', items: ref('InputParameters') }),
    {
      ...inQuery(
        'parallelCount',
        'integer',
        'Lanes that work on the items at once, at most 100; 10 if left out.',
      ),
      format: 'int32',
    },
  ],
  responses: {
    '202': { description: 'Accepted', schema: ref('StartBatchExecutionResponse') },
    ...consumptionFaults,
  },
};
const listBatches = {
  summary: 'Gives the ids of the batch executions.',
  operationId: 'GetBatchExecutions',
  responses: { '200': ok(texts), ...faultOf(`404: ${unknown}.`) },
};

const execution = inPath('executionId', 'string', 'Id of the batch execution.');
const item = inPath('index', 'integer', 'Index of the item, from 0.');
const executionFault = faultOf(`404: ${unknown}, or no such execution.`);

const batchStatus = {
  summary: 'Gives state and results of a batch execution.',
  operationId: 'GetBatchExecutionStatus',
  parameters: [
    execution,
    inQuery('showPartialResults', 'boolean', 'Whether results are given before all items are done.'),
  ],
  responses: { '200': ok(ref('BatchWebServiceResult')), ...executionFault },
};
const deleteBatch = {
  summary: 'Cancels a batch execution and deletes what it made.',
  operationId: 'CancelAndDeleteBatchExecution',
  parameters: [execution],
  responses: { '200': ok(texts), ...executionFault },
};
const listFiles = {
  summary: 'Gives the names of the files of an item.',
  operationId: 'GetBatchExecutionFiles',
  parameters: [execution, item],
  responses: { '200': ok(texts), ...executionFault },
};
const readFile = {
  summary: 'Gives a file of an item.',
  operationId: 'GetBatchExecutionFile',
  produces: ['application/octet-stream'],
  parameters: [execution, item, inPath('fileName', 'string', 'Name of the file.')],
  responses: {
    '200': ok({ type: 'file' }),
    ...faultOf(`404: ${unknown}, no such execution, or no such file.`),
  },
};
