import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { lengthDelimited, varintField } from '../../../../shared/models/onnx/protobuf.js';
import { readOnnxModel } from '../../../../shared/models/onnx/onnxModel.js';
import { readSkeleton } from '../../../../shared/models/onnx/readSkeleton.js';
import { largeModel, onnxFloats, onnxModel, onnxNode, onnxValue } from '../../../support/onnxBytes.js';
import { fixtureDir, projectRoot, shippedModelsDir } from '../../../support/project.js';
import { fc } from '../../../support/property.js';
import { temporaryDir, type CleanUp } from '../../../support/temporaryDir.js';

/** Writes bytes to one file again and again and reads it. */
function skeletonReader(t: CleanUp): (bytes: Uint8Array) => Uint8Array {
  const file = path.join(temporaryDir(t), 'model.onnx');
  return (bytes) => {
    writeFileSync(file, bytes);
    return readSkeleton(file, bytes.length);
  };
}

const allModels = (): Map<string, Uint8Array> => {
  const found = new Map<string, Uint8Array>();
  for (const root of [path.join(projectRoot, 'test', 'models'), shippedModelsDir]) {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('model.onnx')) found.set(name, readFileSync(path.join(root, name)));
    }
  }
  return found;
};

/** What reading gives, or the name of its error. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    return 'refused';
  }
}

test('every model reads the same with and without its weights', (t) => {
  const skeletonOf = skeletonReader(t);
  const models = allModels();
  assert.ok(models.size > 30);
  for (const [name, bytes] of models) {
    const whole = outcomeOf(() => readOnnxModel(bytes));
    assert.deepEqual(
      outcomeOf(() => readOnnxModel(skeletonOf(bytes))),
      whole,
      name,
    );
  }
});

test('of a file with weights little is left', (t) => {
  const skeletonOf = skeletonReader(t);
  const large = largeModel(500);
  assert.ok(large.length > 2_000_000);
  assert.ok(skeletonOf(large).length < 1000);
  const trees = readFileSync(path.join(shippedModelsDir, 'diabetes', '1.0.0', 'model.onnx'));
  assert.ok(skeletonOf(trees).length < trees.length);
});

test('a damaged file is never read as something else than the whole file', (t) => {
  const skeletonOf = skeletonReader(t);
  const sources = ['zipmap-string', 'external-data', 'endless-loop', 'optional-input'].map((name) =>
    readFileSync(path.join(fixtureDir(name), 'model.onnx')),
  );
  const damaged = fc
    .tuple(fc.constantFrom(...sources), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat())
    .map(([source, changes, cut]) => {
      const bytes = Buffer.from(source);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
    });
  const property = fc.property(damaged, (bytes) => {
    const cut = outcomeOf(() => readOnnxModel(skeletonOf(bytes)));
    // it may be refused for what the whole file is not looked at
    if (cut !== 'refused') assert.deepEqual(cut, readOnnxModel(bytes));
  });
  fc.assert(property, { numRuns: 2000 });
});

test('external data is found wherever it is: in sparse weights, constants, subgraphs and functions', (t) => {
  const skeletonOf = skeletonReader(t);
  const text = (value: string) => new TextEncoder().encode(value);
  const at = (location: string) =>
    Buffer.concat([
      onnxFloats('w', [1], new Uint8Array(4)),
      lengthDelimited(
        13,
        Buffer.concat([lengthDelimited(1, text('location')), lengthDelimited(2, text(location))]),
      ),
    ]);
  const attribute = (field: number, content: Uint8Array) =>
    lengthDelimited(5, Buffer.concat([lengthDelimited(1, text('a')), lengthDelimited(field, content)]));
  const node = (...attributes: Uint8Array[]) =>
    Buffer.concat([onnxNode('Constant', [], ['c']), ...attributes]);
  const subgraph = lengthDelimited(1, node(attribute(5, at('deep'))));
  const model = Buffer.concat([
    onnxModel({
      nodes: [
        node(attribute(5, at('constant'))),
        node(attribute(6, subgraph)),
        node(attribute(22, lengthDelimited(1, at('sparseAttribute')))),
      ],
      outputs: [onnxValue('c', [1])],
      initializers: [at('dense')],
    }),
    lengthDelimited(25, lengthDelimited(7, node(attribute(5, at('function'))))),
  ]);
  const { externalData } = readOnnxModel(model);
  assert.deepEqual([...externalData].sort(), ['constant', 'deep', 'dense', 'function', 'sparseAttribute']);
  assert.deepEqual(readOnnxModel(skeletonOf(model)).externalData, externalData);
});

test('graphs without end and numbers without end are refused or left out', (t) => {
  const skeletonOf = skeletonReader(t);
  let graph: Uint8Array = new Uint8Array(0);
  for (let depth = 0; depth < 40; depth++) {
    graph = lengthDelimited(1, lengthDelimited(5, lengthDelimited(6, graph)));
  }
  assert.throws(() => skeletonOf(lengthDelimited(7, graph)), {
    name: 'RangeError',
    message: /nested over 32 deep/,
  });
  const ints = Buffer.concat(Array.from({ length: 100_000 }, (_, i) => varintField(8, i)));
  const node = lengthDelimited(
    1,
    Buffer.concat([lengthDelimited(4, Buffer.from('X')), lengthDelimited(5, ints)]),
  );
  assert.ok(skeletonOf(lengthDelimited(7, node)).length < 100_000);
});
