import assert from 'node:assert/strict';
import { test } from 'node:test';
import { swaggerDocument } from '../../../../shared/protocols/machineLearningServer/swagger/swaggerDocument.js';
import { fc } from '../../../support/property.js';
import { schemaFaults } from '../../../support/schemaFaults.js';
import { column, featuresOf } from '../../../support/signatures.js';
import { planOf } from './plans.js';
import { answerTo, signatures } from './signatureArbitraries.js';
import { outputParameters } from '../../../../shared/protocols/consumption/outputParameters.js';
import { parametersOf } from '../../../../shared/protocols/machineLearningServer/parameters.js';
import { swaggerFaults, type Json } from './swaggerFaults.js';

const documentOf = (facts: Parameters<typeof planOf>[0]): Json =>
  JSON.parse(JSON.stringify(swaggerDocument(planOf(facts)))) as Json;

test('the document has the shape that clients were generated from', () => {
  const { paths, definitions, ...head } = documentOf({ description: 'Transmission.', operationId: 'manual' });
  assert.deepEqual(head, {
    swagger: '2.0',
    info: { description: 'Transmission.', title: 'cars', version: '1.0.0' },
    schemes: ['http', 'https'],
    securityDefinitions: { Bearer: { type: 'apiKey', name: 'Authorization', in: 'header' } },
    tags: [{ name: 'cars', description: 'Transmission.' }],
    consumes: ['application/json'],
    produces: ['application/json'],
  });
  const operations = Object.entries(paths as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, operation]) => {
      const { operationId, parameters = [], responses, security } = operation as Json;
      const names = (parameters as Json[]).map((one) => `${String(one.in)} ${String(one.name)}`);
      const isOpen = security === undefined ? 'open' : 'bearer';
      return [method, path, operationId, isOpen, ...names, ...Object.keys(responses as Json)].join(' ');
    }),
  );
  assert.deepEqual(operations, [
    'post /login login open body loginRequest 200 default',
    'post /login/refreshToken renewToken open body renewTokenRequest 200 default',
    'delete /login/refreshToken revokeRefreshToken open query refreshToken 200 default',
    'post /api/cars/1.0.0 manual bearer body WebServiceParameters 200 400 500 default',
    'post /api/cars/1.0.0/batch StartBatchExecution bearer body BatchWebServiceParameters query parallelCount 202 400 500 default',
    'get /api/cars/1.0.0/batch GetBatchExecutions bearer 200 default',
    'get /api/cars/1.0.0/batch/{executionId} GetBatchExecutionStatus bearer path executionId query showPartialResults 200 default',
    'delete /api/cars/1.0.0/batch/{executionId} CancelAndDeleteBatchExecution bearer path executionId 200 default',
    'get /api/cars/1.0.0/batch/{executionId}/{index}/files GetBatchExecutionFiles bearer path executionId path index 200 default',
    'get /api/cars/1.0.0/batch/{executionId}/{index}/files/{fileName} GetBatchExecutionFile bearer path executionId path index path fileName 200 default',
  ]);
  assert.deepEqual(Object.keys(definitions as Json), [
    ...['InputParameters', 'OutputParameters', 'Error', 'WebServiceResult', 'StartBatchExecutionResponse'],
    ...['BatchWebServiceResult', 'LoginRequest', 'RenewTokenRequest', 'AccessTokenResponse'],
  ]);
  assert.deepEqual((definitions as Json).InputParameters, {
    type: 'object',
    required: ['hp', 'wt'],
    properties: {
      hp: { type: 'number', description: 'numeric' },
      wt: { type: 'number', description: 'numeric' },
    },
    example: { hp: 0, wt: 0 },
  });
});

test('without operation id, or with one that the document has already, scoring is ConsumeWebService', () => {
  for (const facts of [{}, { operationId: 'login' }, { operationId: 'GetBatchExecutions' }]) {
    const { paths } = documentOf(facts);
    const scoring = (paths as Json)['/api/cars/1.0.0'] as { post: Json };
    assert.equal(scoring.post.operationId, 'ConsumeWebService');
  }
});

test('a service that makes files takes the names of those that are wanted', () => {
  const artifacts = [{ fileName: 'answer.csv', writer: 'csv' as const }];
  const { paths } = documentOf({ signature: { ...planOf({}).signature, artifacts } });
  const { post } = (paths as Json)['/api/cars/1.0.0'] as { post: { parameters: Json[] } };
  assert.deepEqual(
    post.parameters.map((one) => `${String(one.in)} ${String(one.name)} ${String(one.required)}`),
    ['body WebServiceParameters true', 'query outputFiles false'],
  );
});

test('the definitions say what answers hold', () => {
  const definitions = documentOf({}).definitions as Record<string, { properties: Record<string, Json> }>;
  const { outputFiles, consoleOutput } = definitions.WebServiceResult?.properties ?? {};
  assert.deepEqual(outputFiles?.additionalProperties, { type: 'string', 'x-nullable': true });
  assert.doesNotMatch(String(consoleOutput?.description), /[Aa]lways/);
  assert.match(
    String(definitions.BatchWebServiceResult?.properties.parallelCount?.description),
    /at most 100/,
  );
});

test('a frame of over 1,000 columns is an object of which nothing more is said', () => {
  const columnsOf = (count: number) => Array.from({ length: count }, (_, i) => column(`f${i}`));
  const inputOf = (count: number) => {
    const { definitions } = documentOf({ signature: featuresOf('FP32', ...columnsOf(count)) });
    const { properties, example } = (definitions as Record<string, Json>).InputParameters as Record<
      string,
      Json
    >;
    return { frame: properties?.inputData as Json, example };
  };
  const { frame, example } = inputOf(1000);
  assert.equal(Object.keys(frame.properties as Json).length, 1000);
  assert.equal(Object.keys(example?.inputData as Json).length, 1000);
  assert.deepEqual(inputOf(1001).frame, { type: 'object', description: 'data.frame' });
  assert.equal(inputOf(2001).example, undefined);
});

test('the check of documents finds what is wrong', () => {
  const good = documentOf({});
  assert.deepEqual(swaggerFaults(good), []);
  const broken = (change: (document: Record<string, Record<string, unknown>>) => void): string[] => {
    const copy = structuredClone(good) as Record<string, Record<string, unknown>>;
    change(copy);
    return swaggerFaults(copy);
  };
  assert.notDeepEqual(
    broken(({ definitions = {} }) => delete definitions.Error),
    [],
  );
  assert.notDeepEqual(
    broken(({ paths = {} }) => (paths['/x/{id}'] = paths['/login'])),
    [],
  );
  assert.notDeepEqual(
    broken(({ definitions = {} }) => (definitions.X = { type: 'array' })),
    [],
  );
  assert.notDeepEqual(
    broken(({ definitions = {} }) => (definitions.X = { type: 'object', required: ['a'] })),
    [],
  );
});

test('the document is valid and true, whatever the model', () => {
  fc.assert(
    fc.property(signatures, (signature) => {
      const document = documentOf({ signature });
      assert.deepEqual(swaggerFaults(document), []);
      const definitions = document.definitions as Record<string, Json>;
      const rowCount = Math.abs(signature.inputs[0]?.shape[0] ?? 1);
      const source = { form: parametersOf(signature).form, rowCount, columns: {}, place: '' };
      const text = outputParameters(source, answerTo(signature, rowCount), signature);
      assert.deepEqual(
        schemaFaults(JSON.parse(text), { $ref: '#/definitions/OutputParameters' }, definitions),
        [],
        text,
      );
    }),
    { numRuns: 500 },
  );
});
