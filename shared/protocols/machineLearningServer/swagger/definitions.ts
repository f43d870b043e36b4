import type { Signature } from '../../../models/signature.js';
import { exampleOf } from '../exampleOf.js';
import { outputSchema, requestSchema, type Schema } from './valueSchema.js';

/** The definitions of a service's document (contracts/machine-learning-server.md 1.3). */
export function swaggerDefinitions(signature: Signature): Readonly<Record<string, Schema>> {
  const example = exampleOf(signature);
  return {
    InputParameters: { ...requestSchema(signature), ...(example === undefined ? {} : { example }) },
    OutputParameters: outputSchema(signature),
    ...commonDefinitions,
  };
}

const text = { type: 'string' };
const int32 = { type: 'integer', format: 'int32' };

const objectOf = (properties: Schema): Schema => ({ type: 'object', properties });

const commonDefinitions = {
  Error: objectOf({ code: int32, message: text, fields: text }),
  WebServiceResult: objectOf({
    success: { type: 'boolean', description: 'Whether the model gave an answer.' },
    errorMessage: { ...text, description: 'Why it gave none; empty otherwise.' },
    consoleOutput: { ...text, description: 'What there is to say about the output files; empty otherwise.' },
    changedFiles: { type: 'array', items: text, description: 'Always empty.' },
    outputParameters: { $ref: '#/definitions/OutputParameters' },
    outputFiles: {
      type: 'object',
      description:
        'Files that were asked for, as base64 by file name; null for one that this call does not allow.',
      // Swagger 2.0 has no null of its own
      additionalProperties: { ...text, 'x-nullable': true },
    },
  }),
  StartBatchExecutionResponse: objectOf({
    batchExecutionId: { ...text, description: 'Id of the batch execution.' },
  }),
  BatchWebServiceResult: objectOf({
    state: {
      ...text,
      // as they are on the wire: documents of the original had them in lower case, which broke strict clients
      enum: ['Pending', 'Ready', 'InProgress', 'Complete', 'Failed'],
      description: 'State of the batch execution.',
    },
    completedItemCount: { ...int32, description: 'Items that are done.' },
    totalItemCount: { ...int32, description: 'Items in all.' },
    parallelCount: { ...int32, description: 'Lanes that work on the items at once, at most 100.' },
    batchExecutionResults: {
      type: 'array',
      items: { $ref: '#/definitions/WebServiceResult' },
      description: 'One result per item, in the order of the items.',
    },
  }),
  LoginRequest: objectOf({
    username: { ...text, description: 'Name of the user.' },
    password: { ...text, description: 'Password of the user.' },
  }),
  RenewTokenRequest: objectOf({
    refreshToken: { ...text, description: 'A refresh token that is still valid.' },
  }),
  AccessTokenResponse: objectOf({
    token_type: text,
    access_token: text,
    expires_in: { ...int32, description: 'Seconds.' },
    expires_on: { type: 'integer', format: 'int64', description: 'Seconds since 1970.' },
    refresh_token: text,
  }),
} as const;
