import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signature } from '../../../../shared/models/signature.js';
import { failedAnswer } from '../../../../shared/protocols/consumption/answer.js';
import { consumptionCodec } from '../../../../shared/protocols/consumption/codec.js';
import type { Tensor } from '../../../../shared/tensors/datatypes.js';
import { parseExact, utf8 } from '../../../support/bytes.js';
import { expectFault, type ExpectedFault } from '../../../support/expectFault.js';
import { column, featuresOf, output, tensorsOf, tensorSpec } from '../../../support/signatures.js';

const signature: Signature = {
  ...featuresOf('FP32', column('hp'), column('wt')),
  outputs: [
    output(tensorSpec('label', 'BYTES', -1), { column: 'class' }),
    output(tensorSpec('p', 'FP32', -1, 2), { labels: ['no', 'yes'] }),
    output(tensorSpec('id', 'INT64', -1)),
  ],
};

const outputsFor = (rows: number): Record<string, Tensor> => ({
  label: { datatype: 'BYTES', shape: [rows], data: new Array<string>(rows).fill('a"b') },
  p: { datatype: 'FP32', shape: [rows, 2], data: new Float32Array(rows * 2).fill(0.1) },
  id: { datatype: 'INT64', shape: [rows, 1], data: new BigInt64Array(rows).fill(2n ** 53n + 1n) },
});

const decodeText = (text: string, of: Signature = signature) =>
  consumptionCodec.decode(utf8(text), { name: 'm', version: '1', signature: of });
const decode = (request: unknown, of?: Signature) => decodeText(JSON.stringify(request), of);
const refuses = (request: unknown, expected: ExpectedFault, of?: Signature) =>
  expectFault(() => decode(request, of), expected);

const answered = (outputParameters: unknown) => ({
  success: true,
  errorMessage: '',
  outputParameters,
  outputFiles: {},
  consoleOutput: '',
  changedFiles: [],
});

test('values are answered with one value per output column', () => {
  const decoded = decode({ hp: 1, wt: 2 });
  assert.deepEqual(decoded.feeds.x, { datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) });
  assert.equal(decoded.rows, 1);
  assert.deepEqual(
    parseExact(decoded.encode(outputsFor(1))),
    answered({ class: 'a"b', 'p.no': 0.1, 'p.yes': 0.1, id: 9007199254740993n }),
  );
});

test('a frame is answered with one array per output column', () => {
  const decoded = decode({ inputData: { hp: [1, 3], wt: [2, 4] } });
  assert.deepEqual(decoded.feeds.x?.data, new Float32Array([1, 2, 3, 4]));
  assert.equal(decoded.rows, 2);
  assert.deepEqual(
    parseExact(decoded.encode(outputsFor(2))),
    answered({
      outputData: {
        class: ['a"b', 'a"b'],
        'p.no': [0.1, 0.1],
        'p.yes': [0.1, 0.1],
        id: [9007199254740993n, 9007199254740993n],
      },
    }),
  );
});

test('a frame without rows is answered without rows', () => {
  const decoded = decode({ inputData: { hp: [], wt: [] } });
  assert.equal(decoded.rows, 0);
  assert.deepEqual(
    parseExact(decoded.encode(outputsFor(0))),
    answered({ outputData: { class: [], 'p.no': [], 'p.yes': [], id: [] } }),
  );
});

test('an output without row dimension is one value in both forms', () => {
  const sum = tensorsOf([tensorSpec('x', 'FP32', -1)], undefined, [output(tensorSpec('sum', 'FP32'))]);
  const outputs: Record<string, Tensor> = {
    sum: { datatype: 'FP32', shape: [], data: new Float32Array([6]) },
  };
  assert.deepEqual(parseExact(decode({ x: 6 }, sum).encode(outputs)), answered({ sum: 6 }));
  const frame = decode({ inputData: { x: [1, 2, 3] } }, sum);
  assert.deepEqual(parseExact(frame.encode(outputs)), answered({ outputData: { sum: 6 } }));
});

test('a model with a column named inputData takes it as a column', () => {
  const own = featuresOf('FP32', column('inputData'), column('wt'));
  assert.deepEqual(decode({ inputData: 1, wt: 2 }, own).feeds.x?.data, new Float32Array([1, 2]));
});

test('long integers are exact where the model takes them', () => {
  const long = tensorsOf([tensorSpec('n', 'INT64', -1)], [column('n', 'integer')]);
  assert.deepEqual(
    decodeText('{"n":9007199254740993}', long).feeds.n?.data,
    new BigInt64Array([9007199254740993n]),
  );
  assert.deepEqual(
    decodeText('{"inputData":{"n":[-9223372036854775808]}}', long).feeds.n?.data,
    new BigInt64Array([-(2n ** 63n)]),
  );
});

test('an empty frame lacks its columns', () => {
  refuses(
    { inputData: {} },
    {
      code: 'SCORE_ERR_INPUT_MISSING',
      pointer: '/inputData',
      message: "column 'hp' is missing",
    },
  );
  refuses({}, { code: 'SCORE_ERR_INPUT_MISSING', pointer: '' });
});

test('a frame of another form is refused with the place', () => {
  const code = 'SCORE_ERR_REQUEST_FIELD';
  refuses({ inputData: [1] }, { code, pointer: '/inputData', message: 'expected an object, got an array' });
  refuses({ inputData: null }, { code, pointer: '/inputData', message: 'got null' });
  refuses({ inputData: { hp: 1, wt: 2 } }, { code, pointer: '/inputData/hp', message: 'got a number' });
  refuses(
    { inputData: { hp: [1], wt: [2] }, 'wt/': 1 },
    { code, pointer: '/wt~1', message: 'beside inputData' },
  );
  refuses([{ hp: 1 }], { code, pointer: '' });
});

test('an own key __proto__ is refused in both forms', () => {
  const code = 'SCORE_ERR_REQUEST_FIELD';
  expectFault(() => decodeText('{"__proto__":1,"hp":1,"wt":2}'), { code, pointer: '/__proto__' });
  expectFault(() => decodeText('{"inputData":{"__proto__":[1]}}'), { code, pointer: '/inputData/__proto__' });
});

test('a failed run keeps the six members and carries the message', () => {
  assert.deepEqual(JSON.parse(failedAnswer('index "7"\nout of range')), {
    ...answered({}),
    success: false,
    errorMessage: 'index "7"\nout of range',
  });
});
