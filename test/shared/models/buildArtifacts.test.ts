import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { buildArtifacts } from '../../../shared/models/buildArtifacts.js';
import { buildSignature } from '../../../shared/models/buildSignature.js';
import { parseModelJson, type ModelJson } from '../../../shared/models/modelJson.js';
import { readOnnxModel } from '../../../shared/models/onnx/onnxModel.js';
import { expectFault } from '../../support/expectFault.js';
import { fixtureDir } from '../../support/project.js';
import { output, tensorsOf, tensorSpec } from '../../support/signatures.js';

/** As model.json has it: a file alone may stand for itself. */
type Stated = string | NonNullable<ModelJson['artifacts']>[number];

const outputs = [
  output(tensorSpec('label', 'BYTES', -1), { column: 'species' }),
  output(tensorSpec('probabilities', 'FP32', -1, 2), { column: 'probability', labels: ['no', 'yes'] }),
  output(tensorSpec('count', 'INT64', -1, 2), { labels: ['a', 'b'] }),
  output(tensorSpec('grey', 'UINT8', -1, -1, -1)),
  output(tensorSpec('rgb', 'FP32', -1, 3, 8, 8)),
  output(tensorSpec('deep', 'FP32', -1, 5, 8, 8)),
  output(tensorSpec('open', 'FP32')),
  output(tensorSpec('map', 'FP32', 4, 4)),
];
const signature = tensorsOf([tensorSpec('x', 'FP32', -1)], undefined, outputs);
const build = (...stated: Stated[]) =>
  buildArtifacts(parseModelJson(JSON.stringify({ artifacts: stated })).artifacts ?? [], signature);
const refuses = (stated: Stated | Stated[], message: string | RegExp) =>
  expectFault(() => build(...(Array.isArray(stated) ? stated : [stated])), {
    code: 'SCORE_ERR_MODEL_ARTIFACTS',
    message,
  });

test('files are known by their names, outputs by their name in answers or in the graph', () => {
  assert.deepEqual(
    build('answer.csv', 'explanation.json', 'probability.npy', 'probabilities.svg', 'grey.png'),
    [
      { fileName: 'answer.csv', writer: 'csv' },
      { fileName: 'explanation.json', writer: 'explanation' },
      { fileName: 'probability.npy', writer: 'npy', output: 'probabilities' },
      { fileName: 'probabilities.svg', writer: 'svg', output: 'probabilities' },
      { fileName: 'grey.png', writer: 'png', output: 'grey' },
    ],
  );
});

test('a file may have another name than its output, and an image a range', () => {
  assert.deepEqual(
    build({ file: 'a.b.svg', output: 'probability' }, { file: 'picture.png', output: 'rgb', range: [-1, 1] }),
    [
      { fileName: 'a.b.svg', writer: 'svg', output: 'probabilities' },
      { fileName: 'picture.png', writer: 'png', output: 'rgb', range: [-1, 1] },
    ],
  );
});

test('names that are no plain file names are refused', () => {
  const odd = [
    '',
    '.npy',
    '..',
    '../grey.npy',
    'a/grey.npy',
    'a\\grey.npy',
    'grey .npy',
    'gr\u0000y.npy',
    '.grey.npy',
  ];
  for (const name of [...odd, 'grey.npy\n', 'ü.npy', `${'a'.repeat(97)}.npy`]) {
    refuses({ file: name, output: 'grey' }, 'expected letters, digits');
  }
  refuses(['answer.csv', 'answer.csv'], "'answer.csv': the name is given twice");
  refuses(['grey.npy', { file: 'GREY.npy', output: 'rgb' }], 'given twice');
});

test('unknown kinds of files are refused, with those that there are', () => {
  for (const name of [
    'table.csv',
    'facts.json',
    'grey.jpg',
    'grey.PNG',
    'grey',
    'npy',
    'constructor',
    'a.toString',
  ]) {
    refuses(name, 'expected answer.csv, explanation.json, <output>.npy');
  }
});

test('files of unknown outputs are refused, with those that there are', () => {
  refuses('other.npy', "there is no output 'other': the model has 'species', 'probability'");
  refuses({ file: 'grey.npy', output: 'other' }, "there is no output 'other'");
});

test('an output that the file cannot show is refused', () => {
  refuses('species.npy', "output 'species' holds texts");
  refuses('species.png', "output 'species' holds texts");
  refuses('probability.png', "output 'probability' has [2] per item");
  refuses('deep.png', "output 'deep' has [5, 8, 8] per item; an image is [H, W], [C, H, W] or [H, W, C]");
  refuses('grey.svg', "output 'grey' has no labels");
  refuses('count.svg', "output 'count' has INT64");
  assert.equal(build('open.png', 'map.png', 'rgb.png', 'open.npy').length, 4);
});

test('keys that do not belong to a file are refused', () => {
  refuses({ file: 'answer.csv', output: 'grey' }, 'it shows all outputs');
  refuses({ file: 'explanation.json', range: [0, 1] }, 'it shows all outputs');
  refuses({ file: 'grey.npy', range: [0, 1] }, 'only an image has a range');
  refuses({ file: 'grey.png', range: [1, 1] }, 'two different values');
});

test('model.json states them, and what it states has a form', () => {
  const graph = readOnnxModel(readFileSync(path.join(fixtureDir('image-identity'), 'model.onnx')));
  const facts = parseModelJson('{"artifacts":["y.png",{"file":"z.npy","output":"y"}]}');
  assert.deepEqual(
    buildSignature(graph, facts).artifacts?.map(({ fileName }) => fileName),
    ['y.png', 'z.npy'],
  );
  assert.equal(buildSignature(graph, {}).artifacts, undefined);
  const many = JSON.stringify({ artifacts: new Array<string>(33).fill('a') });
  const refused = [many, '{"artifacts":{}}', '{"artifacts":[1]}', '{"artifacts":[{"file":1}]}'];
  refused.push('{"artifacts":[{"file":"a","kind":1}]}', '{"artifacts":[{"file":"a.png","range":[1,0]}]}');
  for (const text of refused) {
    expectFault(() => parseModelJson(text), { code: 'SCORE_ERR_MODEL_JSON', message: 'key artifacts' });
  }
});
