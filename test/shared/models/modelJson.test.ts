import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModelJson } from '../../../shared/models/modelJson.js';
import { expectFault } from '../../support/expectFault.js';

const refuses = (json: unknown, message: string) =>
  expectFault(() => parseModelJson(JSON.stringify(json)), { code: 'SCORE_ERR_MODEL_JSON', message });

test('every key is optional', () => {
  assert.deepEqual(parseModelJson('{}'), {});
});

test('what is stated is taken as it is', () => {
  const json = {
    description: 'd',
    operationId: 'score_it',
    columns: [
      {
        name: 'a',
        type: 'integer',
        default: 1,
        nullable: true,
        range: [0, 1],
        categories: ['x', 2],
        example: null,
      },
    ],
    outputs: [{ tensor: 't', name: 'n', description: 'd', labels: ['l'] }],
    threads: 4,
  };
  assert.deepEqual(parseModelJson(JSON.stringify(json)), json);
});

test('a byte order mark does not matter', () => {
  assert.deepEqual(parseModelJson('\ufeff{"threads":2}'), { threads: 2 });
});

test('an unknown key is named, at every level', () => {
  refuses({ colums: [] }, 'colums');
  refuses({ columns: [{ name: 'a', typ: 'numeric' }] }, 'typ');
  refuses({ columns: [{ name: 'a', typ: 'numeric' }] }, 'columns.0');
  refuses({ outputs: [{ tensor: 'a', label: [] }] }, 'label');
});

test('a key of the wrong type is named by its path', () => {
  const wrong: Record<string, unknown> = {
    description: { description: 5 },
    operationId: { operationId: 'not an identifier' },
    threads: { threads: 0 },
    columns: { columns: {} },
    'columns.0.name': { columns: [{}] },
    'columns.1.type': { columns: [{ name: 'a' }, { name: 'b', type: 'float' }] },
    'columns.0.range': { columns: [{ name: 'a', range: [1] }] },
    'columns.0.default': { columns: [{ name: 'a', default: [1] }] },
    'outputs.0.labels.1': { outputs: [{ tensor: 'a', labels: ['x', 1] }] },
  };
  for (const [key, json] of Object.entries(wrong)) refuses(json, `model.json, key ${key}: `);
});

test('what is no JSON object is refused', () => {
  expectFault(() => parseModelJson('{'), { code: 'SCORE_ERR_MODEL_JSON', message: 'model.json is not JSON' });
  for (const json of [[], null, 'text', 5]) refuses(json, 'expected object');
});
