import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cutZipMaps } from '../../../../shared/models/onnx/cutZipMaps.js';
import { readOnnxModel } from '../../../../shared/models/onnx/onnxModel.js';
import { fixtureDir } from '../../../support/project.js';

// that ONNX Runtime runs what comes out is shown in test/shared/runtime/scoring.test.ts

const fixture = (name: string) => readFileSync(path.join(fixtureDir(name), 'model.onnx'));

for (const name of ['zipmap-int', 'zipmap-string', 'zipmap-no-default-opset']) {
  test(`${name}: the map becomes a tensor of scores, and the rest stays`, () => {
    const before = readOnnxModel(fixture(name));
    const after = readOnnxModel(cutZipMaps(fixture(name)));
    assert.deepEqual(after.zipMaps, []);
    assert.deepEqual(after.inputs, before.inputs);
    assert.deepEqual(
      after.outputs.map((output) => output.name),
      before.outputs.map((output) => output.name),
    );
    assert.equal(before.outputs.find((output) => output.name === 'probabilities')?.elementType, undefined);
    assert.deepEqual(
      after.outputs.find((output) => output.name === 'probabilities'),
      { name: 'probabilities', elementType: 1, shape: [-1, 2] },
    );
    assert.ok((after.opsets[''] ?? 0) > 0, 'Identity needs the default operator set');
    assert.equal(after.opsets['ai.onnx.ml'], before.opsets['ai.onnx.ml']);
  });
}

test('an operator set that the file states is not stated again', () => {
  const before = readOnnxModel(fixture('zipmap-int'));
  assert.deepEqual(readOnnxModel(cutZipMaps(fixture('zipmap-int'))).opsets, before.opsets);
});
