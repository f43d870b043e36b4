import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputParameters } from '../../../../shared/protocols/consumption/outputParameters.js';
import { isIdentifier } from '../../../../shared/protocols/machineLearningServer/identifier.js';
import {
  parametersOf,
  type Parameter,
} from '../../../../shared/protocols/machineLearningServer/parameters.js';
import { fc } from '../../../support/property.js';
import { column, featuresOf, output, tensorsOf, tensorSpec } from '../../../support/signatures.js';
import { answerTo, signatures } from './signatureArbitraries.js';

const frame = {
  form: 'frame',
  inputs: [{ name: 'inputData', type: 'data.frame' }],
  outputs: [{ name: 'outputData', type: 'data.frame' }],
};

test('one to three columns of single values whose names are identifiers are parameters of their own', () => {
  const signature = featuresOf('FP32', column('hp'), column('gear', 'integer'), column('am', 'logical'));
  assert.deepEqual(parametersOf(signature), {
    form: 'values',
    inputs: [
      { name: 'hp', type: 'numeric' },
      { name: 'gear', type: 'integer' },
      { name: 'am', type: 'logical' },
    ],
    outputs: [{ name: 'y', type: 'numeric' }],
  });
  assert.deepEqual(parametersOf(featuresOf('BYTES', column('sex', 'character'))).inputs, [
    { name: 'sex', type: 'character' },
  ]);
});

test('four columns, or a name that is no argument, make a frame', () => {
  assert.deepEqual(
    parametersOf(featuresOf('FP32', ...['a', 'b', 'c', 'd'].map((name) => column(name)))),
    frame,
  );
  for (const name of ['1st', 'a b', 'od280/od315', 'größe', 'class', 'lambda', 'self', '']) {
    assert.deepEqual(parametersOf(featuresOf('FP32', column(name), column('wt'))), frame, name);
  }
});

test('a column of arrays makes a frame', () => {
  const image = tensorSpec('image', 'FP32', -1, 8, 8);
  assert.deepEqual(parametersOf(tensorsOf([image], [column('image', 'vector')])), frame);
});

test('a model that takes several rows at once cannot be given one value per column', () => {
  const signature = featuresOf('FP32', column('hp'), column('wt'));
  assert.deepEqual(parametersOf({ ...signature, inputs: [tensorSpec('x', 'FP32', 2, 2)] }), frame);
  assert.equal(parametersOf({ ...signature, inputs: [tensorSpec('x', 'FP32', 1, 2)] }).form, 'values');
});

test('a column named inputData is a parameter, since it hides the frame form', () => {
  const inputs = [tensorSpec('inputData', 'FP32', -1, 2), tensorSpec('mask', 'BOOL', -1, 2, 2)];
  const columns = [column('inputData', 'vector'), column('mask', 'vector')];
  assert.deepEqual(parametersOf(tensorsOf(inputs, columns)), {
    form: 'values',
    inputs: [
      { name: 'inputData', type: 'vector' },
      { name: 'mask', type: 'matrix' },
    ],
    outputs: [{ name: 'y', type: 'numeric' }],
  });
});

test('outputs have the type of their row, labelled ones a parameter per label', () => {
  const outputs = [
    output(tensorSpec('label', 'BYTES', -1), { column: 'species' }),
    output(tensorSpec('p', 'FP32', -1, 2), { labels: ['no', 'yes'] }),
    output(tensorSpec('count', 'INT64', -1, 1)),
    output(tensorSpec('isNew', 'BOOL', -1)),
    output(tensorSpec('embedding', 'FP32', -1, 4)),
    output(tensorSpec('mask', 'FP32', -1, 2, 2)),
    output(tensorSpec('boxes', 'FP32', -1, 2, 2, 4)),
    output(tensorSpec('whole', 'FP32', 3)),
  ];
  const signature = { ...featuresOf('FP32', column('hp')), outputs };
  assert.deepEqual(
    parametersOf(signature).outputs.map(({ name, type }) => `${name} ${type}`),
    [
      ...['species character', 'p.no numeric', 'p.yes numeric', 'count integer', 'isNew logical'],
      ...['embedding vector', 'mask matrix', 'boxes vector', 'whole vector'],
    ],
  );
});

const isType: Readonly<Record<Parameter['type'], (value: unknown) => boolean>> = {
  numeric: (value) => typeof value === 'number',
  integer: Number.isInteger,
  character: (value) => typeof value === 'string',
  logical: (value) => typeof value === 'boolean',
  vector: Array.isArray,
  matrix: (value) =>
    Array.isArray(value) && value.every((row) => Array.isArray(row) && !row.some(Array.isArray)),
  'data.frame': (value) => typeof value === 'object' && !Array.isArray(value),
};

test('what is answered has the names and types of the definitions, whatever the model', () => {
  fc.assert(
    fc.property(signatures, (signature) => {
      const { form, outputs } = parametersOf(signature);
      // as many rows as it takes at once
      const rowCount = Math.abs(signature.inputs[0]?.shape[0] ?? 1);
      const source = { form, rowCount, columns: {}, place: '' } as const;
      const text = outputParameters(source, answerTo(signature, rowCount), signature);
      const answered = JSON.parse(text) as Record<string, unknown>;
      assert.deepEqual(
        Object.keys(answered),
        outputs.map(({ name }) => name),
      );
      for (const { name, type } of outputs)
        assert.ok(isType[type](answered[name]), `${name} ${type} ${text}`);
    }),
    { numRuns: 2000 },
  );
});

test('values have at most three parameters, all identifiers, unless a column takes the name of the frame', () => {
  fc.assert(
    fc.property(signatures, (signature) => {
      const { form, inputs } = parametersOf(signature);
      const names = inputs.map(({ name }) => name);
      assert.ok(inputs.length > 0);
      if (form === 'frame') assert.deepEqual(names, ['inputData']);
      else {
        assert.deepEqual(
          names,
          signature.columns.map(({ name }) => name),
        );
        assert.ok(
          names.includes('inputData') || (names.length <= 3 && names.every(isIdentifier)),
          names.join(),
        );
      }
    }),
    { numRuns: 2000 },
  );
});
