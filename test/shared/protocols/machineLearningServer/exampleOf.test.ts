import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumptionCodec } from '../../../../shared/protocols/consumption/codec.js';
import { exampleOf } from '../../../../shared/protocols/machineLearningServer/exampleOf.js';
import { requestSchema } from '../../../../shared/protocols/machineLearningServer/swagger/valueSchema.js';
import { utf8 } from '../../../support/bytes.js';
import { fc } from '../../../support/property.js';
import { schemaFaults } from '../../../support/schemaFaults.js';
import { column, featuresOf, tensorsOf, tensorSpec } from '../../../support/signatures.js';
import { signatures } from './signatureArbitraries.js';

test('an example is made of the stated example, else a category, the default, the middle of the range', () => {
  const columns = [
    column('a', 'numeric', { example: 1.5, range: [2, 3] }),
    column('b', 'numeric', { categories: [7, 8], range: [2, 3] }),
    column('c', 'numeric', { default: 4, range: [2, 3] }),
    column('d', 'numeric', { range: [2, 3] }),
    column('e', 'integer', { range: [2, 5] }),
    column('f', 'logical'),
    column('g', 'numeric'),
  ];
  assert.deepEqual(exampleOf(featuresOf('FP32', ...columns)), {
    inputData: { a: [1.5], b: [7], c: [4], d: [2.5], e: [4], f: [false], g: [0] },
  });
});

test('what does not fit the graph is passed over', () => {
  const columns = [
    column('a', 'integer', { example: 1.5, categories: ['one'], range: [3, 3] }),
    column('b', 'integer', { example: 1e300 }),
    column('c', 'integer', { example: null }),
  ];
  assert.deepEqual(exampleOf(featuresOf('INT8', ...columns)), { a: 3, b: 0, c: 0 });
});

test('arrays have the declared lengths, and 1 where any is allowed', () => {
  const inputs = [tensorSpec('image', 'FP32', 2, -1, 2)];
  assert.deepEqual(exampleOf(tensorsOf(inputs, [column('image', 'vector')])), {
    inputData: { image: [[[0, 0]], [[0, 0]]] },
  });
});

test('a large tensor has no example', () => {
  const inputs = [tensorSpec('image', 'FP32', -1, 3, 224, 224)];
  assert.equal(exampleOf(tensorsOf(inputs, [column('image', 'vector')])), undefined);
});

test('every example fits its schema and is taken by the route, whatever model.json states', () => {
  fc.assert(
    fc.property(signatures, (signature) => {
      const example = exampleOf(signature);
      const takes = [...new Set(signature.inputs.map(({ shape: [batch = 1] }) => batch))];
      // nothing can be sent to a graph that takes different numbers of rows, or several and has no frame form
      const isHidden = signature.columns.some(({ name }) => name === 'inputData') && takes[0] === 2;
      fc.pre(takes.length === 1 && !isHidden && example !== undefined);
      const body = JSON.stringify(example);
      assert.deepEqual(schemaFaults(JSON.parse(body), requestSchema(signature)), [], body);
      const decoded = consumptionCodec.decode(utf8(body), { name: 'm', version: '1', signature });
      assert.equal(decoded.rows, Math.abs(takes[0] as number));
    }),
    { numRuns: 2000 },
  );
});
