import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readOnnxModel } from '../../../../shared/models/onnx/onnxModel.js';
import { fc } from '../../../support/property.js';
import { fixtureDir, shippedModelsDir } from '../../../support/project.js';

const fixture = (name: string) => readFileSync(path.join(fixtureDir(name), 'model.onnx'));

test('inputs and outputs are read with type and shape', () => {
  const { inputs, outputs } = readOnnxModel(fixture('image'));
  assert.deepEqual(inputs, [{ name: 'x', elementType: 1, shape: [-1, 1, 2, 2] }]);
  assert.deepEqual(outputs, [{ name: 'mean', elementType: 1, shape: [-1, 1] }]);
});

test('an input that only names an initializer is none', () => {
  assert.deepEqual(
    readOnnxModel(fixture('optional-input')).inputs.map(({ name }) => name),
    ['x'],
  );
});

test('a scalar has an empty shape', () => {
  assert.deepEqual(readOnnxModel(fixture('scalar-output')).outputs[0]?.shape, []);
});

test('a sequence has no element type', () => {
  assert.equal(readOnnxModel(fixture('sequence-input')).inputs[0]?.elementType, undefined);
});

test('the labels of a ZipMap are read, whole numbers and texts', () => {
  const [ints] = readOnnxModel(fixture('zipmap-int')).zipMaps;
  assert.deepEqual([ints?.output, ints?.labels], ['probabilities', ['3', '7']]);
  const [texts] = readOnnxModel(fixture('zipmap-string')).zipMaps;
  assert.deepEqual(texts?.labels, ['no', 'yes']);
});

test('operator sets, producer and side files are read', () => {
  const model = readOnnxModel(fixture('external-data'));
  assert.equal(model.producer, 'warmstart');
  assert.ok((model.opsets[''] ?? 0) >= 13);
  assert.deepEqual(model.externalData, ['weights.bin']);
  assert.deepEqual(Object.keys(readOnnxModel(fixture('zipmap-no-default-opset')).opsets), ['ai.onnx.ml']);
});

test('bytes without a graph are refused', () => {
  assert.throws(() => readOnnxModel(new Uint8Array(0)), { name: 'RangeError', message: /no graph/ });
});

test('a real model cut at any byte is read or refused with a RangeError', () => {
  const file = readFileSync(path.join(shippedModelsDir, 'penguins', '1.0.0', 'model.onnx'));
  let refused = 0;
  for (let end = 0; end < file.length; end++) {
    try {
      readOnnxModel(file.subarray(0, end));
    } catch (error) {
      assert.ok(error instanceof RangeError, `cut at ${end}: ${String(error)}`);
      refused++;
    }
  }
  assert.ok(refused > file.length * 0.9, `only ${refused} of ${file.length} cuts were noticed`);
});

test('a real model with any changed bytes is read or refused with a RangeError', () => {
  const file = fixture('zipmap-string');
  const change = fc.tuple(fc.nat({ max: file.length - 1 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const changed = Uint8Array.from(file);
      for (const [at, byte] of changes) changed[at] = byte;
      try {
        readOnnxModel(changed);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});
