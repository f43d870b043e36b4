import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { jsonOf, send } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { allExpectedRows } from '../../support/expectedRows.js';
import { startApp, type RunningApp } from '../../support/startApp.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { readNpy } from '../../shared/artifacts/readNpy.js';
import { readPng } from '../../shared/artifacts/readPng.js';
import { elementsOf, readXml } from '../../shared/artifacts/readXml.js';

const shipped = allExpectedRows().map((rows) => ({ ...rows, place: `${rows.name}/${rows.version}` }));

/** The rows that a shipped model is checked with, as a frame. */
const expectedRows = (place: string) => ({ inputData: shipped.find((one) => one.place === place)?.columns });

const file = fileCleanUp();
let app: RunningApp;

before(async () => {
  const picture = {
    artifacts: ['y.png', 'y.npy', { file: 'scaled.png', output: 'y', range: [0, 4] }, 'explanation.json'],
  };
  app = await startApp(
    file,
    modelsDirWith(file, {
      ...Object.fromEntries(shipped.map(({ place }) => [place, { shipped: place }])),
      'plain/1.0.0': { fixture: 'add' },
      'picture/1.0.0': { fixture: 'image-identity', modelJson: picture },
      'fixed/1.0.0': { fixture: 'fixed-batch', modelJson: { artifacts: ['answer.csv', 'explanation.json'] } },
      'whole/1.0.0': {
        fixture: 'scalar-output',
        modelJson: { artifacts: ['explanation.json', 'answer.csv'] },
      },
      'pick/1.0.0': {
        fixture: 'fails-at-run',
        modelJson: {
          columns: [{ name: 'x', type: 'integer', default: 99 }],
          artifacts: ['answer.csv', 'explanation.json'],
        },
      },
      'broken/1.0.0': { fixture: 'add', modelJson: { artifacts: ['answer.csv', 'sum.svg'] } },
      'hostile/1.0.0': {
        fixture: 'zipmap-string',
        modelJson: {
          outputs: [{ tensor: 'probabilities', labels: ['=cmd|calc', '<script>"&'] }],
          artifacts: ['answer.csv', { file: 'p.svg', output: 'probabilities' }],
        },
      },
    }),
  );
});

const post = (place: string, body: unknown, query = '') => send(`${app.url}/api/${place}${query}`, { body });

/** The whole answer of a call that asks for files, and the files as bytes. */
async function scored(place: string, body: unknown, query = '?outputFiles=true') {
  const answer = jsonOf(await post(place, body, query));
  const files = answer.outputFiles as Readonly<Record<string, string | null>>;
  const bytesOf = (name: string) => {
    const text = files[name];
    assert.equal(typeof text, 'string', `${name}: ${String(answer.consoleOutput)}`);
    return new Uint8Array(Buffer.from(text as string, 'base64'));
  };
  const textOf = (name: string) => new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(name));
  return { answer, files, bytesOf, textOf };
}

const cars = { inputData: { hp: [110, 93, 245], wt: [2.62, 2.32, 3.57] } };
const penguin = {
  island: 'Biscoe',
  sex: 'male',
  bill_length_mm: 45.5,
  bill_depth_mm: 15,
  flipper_length_mm: 220,
  body_mass_g: 5000,
};

test('without the wish an answer has no files', async () => {
  for (const query of [
    '',
    '?outputFiles=false',
    '?outputFiles=False',
    '?outputfiles=FALSE',
    '?outputFiles=',
    '?outputFiles=,',
  ]) {
    const { answer, files } = await scored('transmission/1.0.0', { hp: 120, wt: 2.8 }, query);
    assert.deepEqual(files, {});
    assert.equal(answer.consoleOutput, '');
  }
});

test('with the wish all other fields of the answer stay the same', async () => {
  for (const [place, body] of [
    ['transmission/1.0.0', cars],
    ['penguins/1.0.0', penguin],
  ] as const) {
    const plain = jsonOf(await post(place, body));
    const { answer, files } = await scored(place, body);
    assert.deepEqual({ ...answer, outputFiles: {} }, plain);
    assert.ok(Object.keys(files).length > 0);
  }
});

test('answer.csv has the inputs and the outputs of every row', async () => {
  const { answer, textOf } = await scored('transmission/1.0.0', cars);
  const { outputData } = answer.outputParameters as { outputData: { answer: number[] } };
  const rows = [0, 1, 2].map((row) => [
    cars.inputData.hp[row],
    cars.inputData.wt[row],
    outputData.answer[row],
  ]);
  assert.deepEqual(parse(textOf('answer.csv')), [
    ['hp', 'wt', 'answer'],
    ...rows.map((row) => row.map(String)),
  ]);
});

test('an explanation is what calls with the column at its baseline would give', async () => {
  const { textOf } = await scored('transmission/1.0.0', cars, '?outputFiles=explanation.json');
  const { baselines, changes } = JSON.parse(textOf('explanation.json')) as {
    baselines: Record<string, number>;
    changes: { row: number; columns: Record<string, { answer: number }> }[];
  };
  assert.deepEqual(baselines, { hp: (52 + 335) / 2, wt: 3.4685 });
  const answerOf = async (hp: number | undefined, wt: number | undefined) =>
    (jsonOf(await post('transmission/1.0.0', { hp, wt })).outputParameters as { answer: number }).answer;
  assert.equal(changes.length, 3);
  for (const { row, columns } of changes) {
    const [hp, wt] = [cars.inputData.hp[row], cars.inputData.wt[row]];
    const actual = await answerOf(hp, wt);
    near(columns.hp?.answer, (await answerOf(baselines.hp, wt)) - actual);
    near(columns.wt?.answer, (await answerOf(hp, baselines.wt)) - actual);
  }
});

/** FP32 values of a run in other company may differ in their last bits. */
function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-6, `${actual} is not ${expected}`);
}

test('a chart has a bar per class, as long as its probability', async () => {
  const { answer, textOf } = await scored('penguins/1.0.0', penguin);
  const probabilities = Object.entries(answer.outputParameters as Record<string, number>).filter(([name]) =>
    name.startsWith('probability.'),
  );
  const bars = elementsOf(readXml(textOf('probability.svg')), 'g');
  assert.deepEqual(
    bars.map((bar) => bar.children[1]?.text),
    probabilities.map(([name]) => name.slice('probability.'.length)),
  );
  for (const [i, bar] of bars.entries()) {
    const width = Number(elementsOf(bar, 'rect')[0]?.attributes.width);
    assert.ok(Math.abs(width - (probabilities[i]?.[1] as number) * 360) < 0.01);
  }
});

test('a NumPy file has the values of the answer', async () => {
  const { answer, bytesOf } = await scored('digits/1.0.0', expectedRows('digits/1.0.0'));
  const { outputData } = answer.outputParameters as { outputData: Record<string, number[]> };
  const rows = outputData.digit?.length ?? 0;
  const { descr, shape, data } = readNpy(bytesOf('probability.npy'));
  assert.deepEqual([descr, shape], ['<f4', [rows, 10]]);
  const values = Array.from(
    { length: rows * 10 },
    (_, i) => outputData[`probability.${i % 10}`]?.[Math.floor(i / 10)],
  );
  assert.deepEqual(
    data,
    values.map((value) => Math.fround(value ?? NaN)),
  );
});

test('an image shows the output pixel by pixel, the images of rows below each other', async () => {
  const images = [
    [
      [0, 1, 2],
      [3, 4, 0],
    ],
    [
      [4, 4, 4],
      [0, 0, 0],
    ],
  ];
  const { bytesOf } = await scored('picture/1.0.0', { inputData: { x: images } });
  const plain = readPng(bytesOf('y.png'));
  assert.deepEqual([plain.width, plain.height, plain.channels], [3, 4, 1]);
  assert.deepEqual(plain.pixels.flat(2), images.flat(2));
  const scaled = readPng(bytesOf('scaled.png'));
  assert.deepEqual(
    scaled.pixels.flat(2),
    images.flat(2).map((value) => Math.round((value * 255) / 4)),
  );
  assert.deepEqual(readNpy(bytesOf('y.npy')).shape, [2, 2, 3]);
});

test('every shipped model makes every file that it declares', async () => {
  for (const { place } of shipped) {
    const { files } = await scored(place, expectedRows(place));
    for (const [name, content] of Object.entries(files)) assert.ok(content, `${place} ${name}`);
  }
  assert.ok(shipped.length > 5);
});

test('files are chosen by name, and an unknown name is refused', async () => {
  const wine = expectedRows('wine/1.0.0');
  const { files } = await scored('wine/1.0.0', wine, '?outputFiles=probability.svg,%20answer.csv');
  assert.deepEqual(Object.keys(files), ['answer.csv', 'probability.svg']);
  const lax = await scored('wine/1.0.0', wine, '?OutputFiles=,answer.csv,%20,');
  assert.deepEqual(Object.keys(lax.files), ['answer.csv']);
  for (const query of ['?outputFiles=True', '?OUTPUTFILES=TRUE']) {
    const all = await scored('wine/1.0.0', wine, query);
    assert.deepEqual(all.files, (await scored('wine/1.0.0', wine)).files);
  }
  for (const query of ['?outputFiles=other.csv', '?outputFiles=ANSWER.CSV', '?outputFiles=true,false']) {
    const problem = jsonOf(await post('wine/1.0.0', wine, query), 400);
    assert.equal(problem.errorCode, 'SCORE_ERR_ARTIFACT_UNKNOWN');
  }
  const problem = jsonOf(await post('plain/1.0.0', { a: 1, b: 2 }, '?outputFiles=__proto__'), 400);
  assert.match(String(problem.detail), /there is no artifact '__proto__': the model has none/);
  assert.deepEqual((await scored('plain/1.0.0', { a: 1, b: 2 })).files, {});
});

test('a file that a call does not allow is null, and the console output says why', async () => {
  const fixed = await scored('fixed/1.0.0', { f0: 1, f1: 2 });
  assert.equal(fixed.files['explanation.json'], null);
  assert.equal(fixed.textOf('answer.csv'), 'f0,f1,y.0,y.1\n1,2,2,4\n');
  assert.equal(
    fixed.answer.consoleOutput,
    'explanation.json: not made: the model takes exactly 1 rows at once\n',
  );
  const whole = await scored('whole/1.0.0', { inputData: { x: [1, 2] } });
  assert.equal(whole.files['explanation.json'], null);
  assert.equal(whole.textOf('answer.csv'), 'x,y\n1,3\n2,3\n');
});

test('an explanation whose run fails costs the explanation alone', async () => {
  const { answer, files, textOf } = await scored('pick/1.0.0', { x: 1 });
  assert.equal(answer.success, true);
  assert.deepEqual(answer.outputParameters, { y: 20 });
  assert.equal(files['explanation.json'], null);
  assert.match(
    String(answer.consoleOutput),
    /^explanation.json: not made: with columns at their baselines the model failed/,
  );
  assert.equal(textOf('answer.csv'), 'x,y\n1,20\n');
});

test('a run that fails is answered as without files', async () => {
  const answer = jsonOf(await post('pick/1.0.0', { x: 50 }, '?outputFiles=true'));
  assert.deepEqual([answer.success, answer.outputFiles], [false, {}]);
});

test('of many rows the first ones are explained, and it is said', async () => {
  const rows = 700;
  const body = {
    inputData: { hp: new Array<number>(rows).fill(110), wt: new Array<number>(rows).fill(2.6) },
  };
  const { answer, textOf } = await scored('transmission/1.0.0', body);
  const { explainedRows, changes } = JSON.parse(textOf('explanation.json')) as {
    explainedRows: number;
    changes: unknown[];
  };
  assert.deepEqual([explainedRows, changes.length], [500, 500]);
  assert.equal(answer.consoleOutput, 'explanation.json: explains the first 500 of 700 rows\n');
  assert.equal(parse(textOf('answer.csv')).length, rows + 1);
});

test('files over the limit are refused by name, and the same call without them is answered', async () => {
  // 4 million elements as text
  const body = `{"inputData":{"x":[[${new Array<string>(2000).fill(`[${new Array<string>(2000).fill('0').join(',')}]`).join(',')}]]}}`;
  const problem = jsonOf(await post('picture/1.0.0', body, '?outputFiles=y.npy'), 413);
  assert.equal(problem.errorCode, 'SCORE_ERR_ARTIFACT_TOO_LARGE');
  const { bytesOf } = await scored('picture/1.0.0', body, '?outputFiles=y.png');
  assert.equal(readPng(bytesOf('y.png')).height, 2000);
});

test('hostile labels stay text in every file', async () => {
  const { textOf } = await scored('hostile/1.0.0', { f0: 1, f1: 2 });
  const [header]: string[][] = parse(textOf('answer.csv'));
  assert.deepEqual(header?.slice(-2), ['probabilities.=cmd|calc', 'probabilities.<script>"&']);
  const chart = readXml(textOf('p.svg'));
  assert.deepEqual(elementsOf(chart, 'script'), []);
  assert.match(elementsOf(chart, 'g')[1]?.children[1]?.text ?? '', /^<script>"&$/);
});

test('a model that names a file which it cannot have is not served, and the reason names the file', async () => {
  const problem = jsonOf(await post('broken/1.0.0', { a: 1, b: 2 }), 503);
  assert.match(
    String(problem.detail),
    /artifact 'sum.svg': output 'sum' has no labels.*SCORE_ERR_MODEL_ARTIFACTS/,
  );
});
