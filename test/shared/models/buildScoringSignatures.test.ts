import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { buildScoringSignatures } from '../../../shared/models/buildScoringSignatures.js';
import { parseModelJson, type ModelJson } from '../../../shared/models/modelJson.js';
import { readOnnxModel } from '../../../shared/models/onnx/onnxModel.js';
import { expectFault } from '../../support/expectFault.js';
import { fixtureDir } from '../../support/project.js';

/** Both signatures of a fixture; `facts` as model.json has them. */
function build(fixture: string, facts: unknown) {
  const onnx = readOnnxModel(readFileSync(path.join(fixtureDir(fixture), 'model.onnx')));
  return buildScoringSignatures(onnx, parseModelJson(JSON.stringify(facts)));
}

const refuses = (fixture: string, scoring: unknown, message: string, facts: object = {}) =>
  expectFault(() => build(fixture, { ...facts, scoring }), { code: 'SCORE_ERR_MODEL_COLUMNS', message });
const columns = (...stated: NonNullable<ModelJson['columns']>) => ({ scoring: { columns: stated } });

test('nothing stated leaves the service what the graph is', () => {
  const { signature, graph } = build('types-identity', { scoring: {} });
  assert.deepEqual(signature, graph);
});

test('each type of a column is one datatype, one value per row', () => {
  const types = ['numeric', 'integer', 'character', 'logical'] as const;
  const { signature } = build('add', columns(...types.map((type) => ({ name: type, type }))));
  assert.equal(signature.layout, 'tensors');
  assert.deepEqual(
    signature.inputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
    [
      ['numeric', 'FP64', [-1]],
      ['integer', 'INT64', [-1]],
      ['character', 'BYTES', [-1]],
      ['logical', 'BOOL', [-1]],
    ],
  );
  assert.deepEqual(
    signature.columns.map(({ name, type }) => [name, type]),
    types.map((type) => [type, type]),
  );
});

test('a column or an output without type is that of the graph, with the facts of model.json', () => {
  const { signature } = build('matrix', {
    columns: [{ name: 'a', description: 'first', default: 1 }, { name: 'b' }, { name: 'c' }],
    outputs: [{ tensor: 'y', name: 'double', labels: ['x', 'y', 'z'] }],
    scoring: { columns: [{ name: 'a', example: 5 }], outputs: [{ name: 'double', description: 'twice' }] },
  });
  assert.deepEqual(signature.inputs, [{ name: 'a', datatype: 'FP32', shape: [-1] }]);
  assert.deepEqual(signature.columns, [
    { name: 'a', type: 'numeric', nullable: false, description: 'first', default: 1, example: 5 },
  ]);
  const labels = ['x', 'y', 'z'];
  assert.deepEqual(signature.outputs, [
    { name: 'double', column: 'double', datatype: 'FP32', shape: [-1, 3], labels, description: 'twice' },
  ]);
});

test('without model.json a number may be missing, as in the graph alone', () => {
  const { signature } = build('matrix', columns({ name: 'f1' }, { name: 'f2', nullable: false }));
  assert.deepEqual(
    signature.columns.map(({ nullable }) => nullable),
    [true, false],
  );
});

test('an input of several values per row is taken over with its shape', () => {
  const { signature } = build('image', columns({ name: 'x' }, { name: 'town', type: 'character' }));
  assert.deepEqual(
    signature.inputs.map(({ shape }) => shape),
    [[-1, 1, 2, 2], [-1]],
  );
  assert.deepEqual(
    signature.columns.map(({ type }) => type),
    ['vector', 'character'],
  );
});

test('a fixed number of rows holds for what is stated, too', () => {
  const scoring = {
    columns: [{ name: 'n', type: 'integer' }],
    outputs: [
      { name: 'a', type: 'numeric' },
      { name: 'b', type: 'numeric', labels: ['x', 'y'] },
    ],
  };
  const { signature } = build('fixed-batch', { scoring });
  assert.deepEqual(
    [...signature.inputs, ...signature.outputs].map(({ shape }) => shape),
    [[1], [1], [1, 2]],
  );
});

test('artifacts are those of what callers get', () => {
  const scoring = { outputs: [{ name: 'share', type: 'numeric', labels: ['x', 'y'] }] };
  const { signature, graph } = build('add', { scoring, artifacts: ['share.svg'] });
  assert.deepEqual(signature.artifacts, [{ fileName: 'share.svg', writer: 'svg', output: 'share' }]);
  assert.equal(graph.artifacts, undefined);
});

test('what does not fit is named', () => {
  refuses(
    'add',
    { columns: [{ name: 'c' }] },
    "scoring.columns: 'c' needs a type; without one it must be one of 'a', 'b'",
  );
  refuses(
    'add',
    { outputs: [{ name: 'c' }] },
    "scoring.outputs: 'c' needs a type; without one it must be one of 'sum'",
  );
  refuses('add', { outputs: [{ name: 'sum', labels: ['x'] }] }, "'sum' has labels, so it needs a type");
  refuses(
    'add',
    {
      columns: [
        { name: 'c', type: 'numeric' },
        { name: 'c', type: 'integer' },
      ],
    },
    "names 'c' twice",
  );
  refuses(
    'add',
    {
      outputs: [
        { name: 'c', type: 'numeric' },
        { name: 'c', type: 'integer' },
      ],
    },
    "names 'c' twice",
  );
  refuses(
    'add',
    { columns: [{ name: 'c', type: 'integer', nullable: true }] },
    "column 'c' is nullable, but INT64",
  );
  refuses(
    'add',
    { columns: [{ name: 'c', type: 'character', default: 5 }] },
    "the default of column 'c' does not fit",
  );
  const outputs = [
    { name: 'c', type: 'numeric', labels: ['x'] },
    { name: 'c.x', type: 'numeric' },
  ];
  refuses('add', { outputs }, "outputs names 'c.x' twice");
});

test('outputs of the graph need different names, since the module knows them by name', () => {
  const outputs = [
    { tensor: 'label', name: 'p' },
    { tensor: 'probabilities', name: 'p' },
  ];
  refuses('zipmap-string', {}, "outputs names 'p' twice", { outputs });
});

test('what model.json says under scoring is read by key', () => {
  const unreadable = (scoring: unknown, message: string) =>
    expectFault(() => parseModelJson(JSON.stringify({ scoring })), { code: 'SCORE_ERR_MODEL_JSON', message });
  unreadable({ column: [] }, 'key scoring: ');
  unreadable({ columns: [] }, 'key scoring.columns: ');
  unreadable({ columns: [{ name: 'a', type: 'vector' }] }, 'key scoring.columns.0.type: ');
  unreadable({ outputs: [{ name: 'a', tensor: 'b' }] }, 'key scoring.outputs.0: ');
  unreadable({ outputs: [{ name: 'a', type: 'numeric', labels: [] }] }, 'key scoring.outputs.0.labels: ');
});
