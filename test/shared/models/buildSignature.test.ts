import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { buildSignature } from '../../../shared/models/buildSignature.js';
import type { ModelJson } from '../../../shared/models/modelJson.js';
import { readOnnxModel, type OnnxModel } from '../../../shared/models/onnx/onnxModel.js';
import { datatypes } from '../../../shared/tensors/datatypes.js';
import { expectFault } from '../../support/expectFault.js';
import { fixtureDir } from '../../support/project.js';

const graphOf = (name: string) => readOnnxModel(readFileSync(path.join(fixtureDir(name), 'model.onnx')));
const signatureOf = (name: string, facts: ModelJson = {}) => buildSignature(graphOf(name), facts);
const refuses = (name: string, facts: ModelJson, message: string | RegExp) =>
  expectFault(() => signatureOf(name, facts), { code: 'SCORE_ERR_MODEL_COLUMNS', message });
const columnNames = (name: string, facts?: ModelJson) =>
  signatureOf(name, facts).columns.map((column) => column.name);

/** A graph with an input and an output of these element types. */
function graph(elementType: number | undefined, name = 'x'): OnnxModel {
  return { ...graphOf('add'), inputs: [{ name, elementType, shape: [-1] }] };
}

test('every datatype that has a wire form is served', () => {
  const { inputs, outputs, layout } = signatureOf('types-identity');
  assert.deepEqual(inputs.map((input) => input.datatype).sort(), [...datatypes].sort());
  assert.deepEqual(outputs.map((output) => output.datatype).sort(), [...datatypes].sort());
  assert.equal(layout, 'tensors');
});

test('columns without model.json take their type from the graph', () => {
  const types = Object.fromEntries(
    signatureOf('types-identity').columns.map(({ name, type }) => [name, type]),
  );
  assert.deepEqual(
    [types.bool, types.string, types.int8, types.uint64, types.fp16, types.fp64],
    ['logical', 'character', 'integer', 'integer', 'numeric', 'numeric'],
  );
});

test('one [N, features] tensor without names has f0, f1, ...', () => {
  const { layout, columns } = signatureOf('matrix');
  assert.equal(layout, 'features');
  assert.deepEqual(
    columns.map(({ name, nullable }) => [name, nullable]),
    [
      ['f0', true],
      ['f1', true],
      ['f2', true],
    ],
  );
});

test('one tensor that is no list of features is one column', () => {
  assert.deepEqual(columnNames('int64-identity'), ['x']);
  assert.deepEqual(
    signatureOf('image').columns.map(({ type }) => type),
    ['vector'],
  );
  assert.deepEqual(
    signatureOf('heavy').columns.map(({ type }) => type),
    ['numeric'],
  );
});

test('an input with an initializer is no column', () => {
  assert.deepEqual(columnNames('optional-input'), ['x']);
});

test('names and order of model.json are taken', () => {
  const columns = [
    { name: 'a', nullable: true },
    { name: 'b', default: 2 },
    { name: 'c', type: 'logical' as const },
  ];
  assert.deepEqual(columnNames('matrix', { columns }), ['a', 'b', 'c']);
  assert.deepEqual(columnNames('add', { columns: [{ name: 'b' }, { name: 'a' }] }), ['b', 'a']);
  const stated = signatureOf('matrix', { columns }).columns;
  assert.deepEqual(
    stated.map(({ nullable }) => nullable),
    [true, false, false],
  );
  assert.equal(stated[1]?.default, 2);
});

test('a column list of the wrong length names both numbers', () => {
  const columns = [{ name: 'a' }, { name: 'b' }];
  refuses('matrix', { columns }, "columns lists 2 names, input 'x' has 3 features");
});

test('a column list with wrong, missing or repeated names names them', () => {
  refuses('add', { columns: [{ name: 'a' }] }, "columns lacks input 'b'");
  refuses(
    'add',
    { columns: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    "columns names 'c', the graph has 'a', 'b'",
  );
  refuses('add', { columns: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] }, "columns names 'a' twice");
  refuses('matrix', { columns: [{ name: 'a' }, { name: 'b' }, { name: 'b' }] }, "columns names 'b' twice");
  refuses('matrix', { columns: [{ name: 'a' }, { name: 'b' }, { name: '__proto__' }] }, 'unusable name');
});

test('a column type that does not fit the graph is named', () => {
  const allBut = (name: string, facts: object) =>
    signatureOf('types-identity').columns.map((column) => ({
      name: column.name,
      ...(column.name === name ? facts : {}),
    }));
  refuses(
    'types-identity',
    { columns: allBut('string', { type: 'numeric' }) },
    "'string' has type numeric, the graph takes BYTES",
  );
  refuses(
    'types-identity',
    { columns: allBut('fp32', { type: 'character' }) },
    "'fp32' has type character, the graph takes FP32",
  );
  refuses(
    'types-identity',
    { columns: allBut('bool', { type: 'numeric' }) },
    "'bool' has type numeric, the graph takes BOOL",
  );
  refuses('types-identity', { columns: allBut('int8', { nullable: true }) }, "'int8' is nullable, but INT8");
  refuses(
    'types-identity',
    { columns: allBut('int8', { default: 300 }) },
    "default of column 'int8'.*range of INT8".replace('.*', ' does not fit: expected a value in the '),
  );
  refuses(
    'types-identity',
    { columns: allBut('fp64', { default: '1' }) },
    "default of column 'fp64' does not fit: expected a number, got a text",
  );
  refuses('image', { columns: [{ name: 'x', default: 1 }] }, "default of column 'x'");
  assert.ok(signatureOf('types-identity', { columns: allBut('fp32', { type: 'logical', default: true }) }));
});

test('the labels of a ZipMap are the labels of its output', () => {
  const [label, probabilities] = signatureOf('zipmap-string').outputs;
  assert.deepEqual([label?.datatype, label?.shape], ['BYTES', [-1]]);
  assert.deepEqual(
    [probabilities?.datatype, probabilities?.shape, probabilities?.labels],
    ['FP32', [-1, 2], ['no', 'yes']],
  );
});

test('outputs take name and labels of model.json', () => {
  const [y] = signatureOf('matrix', {
    outputs: [{ tensor: 'y', name: 'doubled', labels: ['a', 'b', 'c'] }],
  }).outputs;
  assert.deepEqual([y?.name, y?.column, y?.labels], ['y', 'doubled', ['a', 'b', 'c']]);
});

test('outputs that do not fit the graph are named', () => {
  refuses('matrix', { outputs: [{ tensor: 'z' }] }, "outputs names tensor 'z', the graph has 'y'");
  refuses('matrix', { outputs: [{ tensor: 'y', labels: ['a'] }] }, "output 'y' has 1 labels for 3 values");
  refuses('matrix', { outputs: [{ tensor: 'y', labels: ['a', 'b', 'a'] }] }, "outputs names 'y.a' twice");
  const twice = {
    outputs: [
      { tensor: 'label', name: 'p' },
      { tensor: 'probabilities', name: 'p' },
    ],
  };
  assert.ok(signatureOf('zipmap-int', twice), 'labels keep these apart');
  const same = signatureOf('types-identity')
    .outputs.slice(0, 2)
    .map(({ name }) => ({ tensor: name, name: 'same' }));
  refuses('types-identity', { outputs: same }, "outputs names 'same' twice");
});

test('what cannot cross the wire is refused by name', () => {
  const code = 'SCORE_ERR_MODEL_SIGNATURE';
  expectFault(() => signatureOf('sequence-input'), { code, message: "input 'x' is no tensor" });
  expectFault(() => signatureOf('bfloat16'), { code, message: "input 'x' has bfloat16" });
  expectFault(() => buildSignature(graph(14), {}), { code, message: 'type 14' });
  expectFault(() => buildSignature(graph(1, '__proto__'), {}), { code, message: 'unusable name' });
  expectFault(() => buildSignature(graph(1, ''), {}), { code, message: 'unusable name' });
  expectFault(() => buildSignature({ ...graphOf('add'), inputs: [] }, {}), { code, message: 'no inputs' });
  expectFault(() => buildSignature({ ...graphOf('add'), outputs: [] }, {}), { code, message: 'no outputs' });
});
