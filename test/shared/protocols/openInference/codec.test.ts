import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signature } from '../../../../shared/models/signature.js';
import { openInferenceCodec } from '../../../../shared/protocols/openInference/codec.js';
import type { Tensor } from '../../../../shared/tensors/datatypes.js';
import { parseExact, utf8 } from '../../../support/bytes.js';
import { expectFault, type ExpectedFault } from '../../../support/expectFault.js';
import { output, tensorsOf, tensorSpec } from '../../../support/signatures.js';

const twoInputs = tensorsOf([tensorSpec('a', 'FP32', -1, 2), tensorSpec('n', 'INT64', -1)], undefined, [
  output(tensorSpec('y', 'FP32', -1, 2)),
  output(tensorSpec('z', 'INT64', -1)),
]);
const floats = tensorsOf([tensorSpec('a', 'FP32', -1)]);

const a = { name: 'a', datatype: 'FP32', shape: [1, 2], data: [1, 2] };
const n = { name: 'n', datatype: 'INT64', shape: [1], data: [3] };
const outputs: Record<string, Tensor> = {
  y: { datatype: 'FP32', shape: [1, 2], data: new Float32Array([0.1, NaN]) },
  z: { datatype: 'INT64', shape: [1], data: new BigInt64Array([2n ** 53n + 1n]) },
};

const decodeText = (text: string, signature: Signature = twoInputs) =>
  openInferenceCodec.decode(utf8(text), { name: 'm', version: '1.0.0', signature });
const decode = (request: unknown, signature?: Signature) => decodeText(JSON.stringify(request), signature);
const refuses = (request: unknown, expected: ExpectedFault, signature?: Signature) =>
  expectFault(() => decode(request, signature), expected);

test('inputs come in any order and become tensors by name', () => {
  const { feeds, rows } = decode({ inputs: [n, a] });
  assert.deepEqual(feeds, {
    a: { datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) },
    n: { datatype: 'INT64', shape: [1], data: new BigInt64Array([3n]) },
  });
  assert.equal(rows, 1);
});

test('flat and nested data make the same tensor', () => {
  const shape = [3, 2];
  const flat = decode({ inputs: [{ ...a, shape, data: [1, 2, 3, 4, 5, 6] }, n] });
  const nested = decode({
    inputs: [
      {
        ...a,
        shape,
        data: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
      n,
    ],
  });
  assert.deepEqual(nested.feeds, flat.feeds);
  assert.equal(flat.rows, 3);
});

test('integers beyond 2^53 are exact in both directions', () => {
  const text = '{"inputs":[{"name":"n","datatype":"INT64","shape":[1],"data":[9007199254740993]},';
  const decoded = decodeText(`${text}${JSON.stringify(a)}]}`);
  assert.deepEqual(decoded.feeds.n?.data, new BigInt64Array([9007199254740993n]));
  assert.match(decoded.encode(outputs), /"data":\[9007199254740993\]/);
});

test('the answer names model and version and holds every output with its shape', () => {
  assert.deepEqual(parseExact(decode({ inputs: [a, n] }).encode(outputs)), {
    model_name: 'm',
    model_version: '1.0.0',
    outputs: [
      { name: 'y', datatype: 'FP32', shape: [1, 2], data: [0.1, null] },
      { name: 'z', datatype: 'INT64', shape: [1], data: [9007199254740993n] },
    ],
  });
});

test('an id comes back as it was sent, and no id brings none', () => {
  const idOf = (id: unknown) =>
    (JSON.parse(decode({ id, inputs: [a, n] }).encode(outputs)) as { id?: string }).id;
  for (const id of ['42', '', 'a"b\n', '\u{1f600}', '\ud800']) assert.equal(idOf(id), id);
  assert.equal(idOf(undefined), undefined);
  assert.equal(idOf(null), undefined);
  refuses(
    { id: 5, inputs: [a, n] },
    { code: 'SCORE_ERR_REQUEST_FIELD', pointer: '/id', message: 'got a number' },
  );
});

test('requested outputs alone are computed and given, in their order, once each', () => {
  assert.deepEqual(decode({ inputs: [a, n] }).fetches, ['y', 'z']);
  assert.deepEqual(decode({ inputs: [a, n], outputs: [] }).fetches, ['y', 'z']);
  assert.deepEqual(decode({ inputs: [a, n], outputs: [{ name: 'z' }, { name: 'y' }] }).fetches, ['z', 'y']);
  const decoded = decode({ inputs: [a, n], outputs: [{ name: 'z' }, { name: 'z' }] });
  assert.deepEqual(decoded.fetches, ['z']);
  const answer = JSON.parse(decoded.encode(outputs)) as { outputs: { name: string }[] };
  assert.deepEqual(
    answer.outputs.map(({ name }) => name),
    ['z'],
  );
});

test('an unknown output is named with those that the model has', () => {
  refuses(
    { inputs: [a, n], outputs: [{ name: 'y' }, { name: 'q' }] },
    {
      code: 'SCORE_ERR_OUTPUT_UNKNOWN',
      pointer: '/outputs/1/name',
      message: "no output 'q': the model has 'y', 'z'",
    },
  );
});

test('parameters of texts, numbers and booleans are taken everywhere, others nowhere', () => {
  const parameters = { a: 'x', b: 1, c: true, d: null };
  const input = { ...a, parameters };
  assert.ok(decode({ parameters, inputs: [input, n], outputs: [{ name: 'y', parameters }] }));
  const wrong = { 'k/1': [1] };
  const code = 'SCORE_ERR_REQUEST_FIELD';
  refuses({ parameters: wrong, inputs: [a, n] }, { code, pointer: '/parameters/k~11' });
  refuses({ inputs: [{ ...a, parameters: wrong }, n] }, { code, pointer: '/inputs/0/parameters/k~11' });
  refuses(
    { inputs: [a, n], outputs: [{ name: 'y', parameters: 5 }] },
    { code, pointer: '/outputs/0/parameters' },
  );
});

test('an input given twice, unknown, or missing is named', () => {
  refuses(
    { inputs: [a, n, a] },
    { code: 'SCORE_ERR_REQUEST_FIELD', pointer: '/inputs/2/name', message: 'twice' },
  );
  refuses(
    { inputs: [a, { ...n, name: 'N' }] },
    {
      code: 'SCORE_ERR_INPUT_UNKNOWN',
      pointer: '/inputs/1/name',
      message: "no input 'N': the model has 'a', 'n'",
    },
  );
  refuses(
    { inputs: [a] },
    {
      code: 'SCORE_ERR_INPUT_MISSING',
      pointer: '/inputs',
      message: "input 'n' is missing: expected INT64 [-1]",
    },
  );
  refuses({ inputs: [] }, { code: 'SCORE_ERR_INPUT_MISSING' });
});

test('names of object members are unknown inputs, and messages are well-formed', () => {
  for (const name of ['constructor', 'toString', '__proto__', '\ud800', `${'x'.repeat(99)}\u{1f600}`]) {
    const fault = refuses({ inputs: [a, n, { ...a, name }] }, { code: 'SCORE_ERR_INPUT_UNKNOWN' });
    assert.ok(fault.message.isWellFormed(), name);
    const asked = refuses({ inputs: [a, n], outputs: [{ name }] }, { code: 'SCORE_ERR_OUTPUT_UNKNOWN' });
    assert.ok(asked.message.isWellFormed(), name);
    const typed = refuses({ inputs: [{ ...a, datatype: name }, n] }, { code: 'SCORE_ERR_INPUT_DATATYPE' });
    assert.ok(typed.message.isWellFormed(), name);
  }
});

test('a wrong datatype names both', () => {
  refuses(
    { inputs: [{ ...a, datatype: 'FP64' }, n] },
    {
      code: 'SCORE_ERR_INPUT_DATATYPE',
      pointer: '/inputs/0/datatype',
      message: "input 'a': expected datatype FP32, got FP64",
    },
  );
  refuses(
    { inputs: [{ ...a, datatype: undefined }, n] },
    {
      code: 'SCORE_ERR_INPUT_DATATYPE',
      message: 'got nothing',
    },
  );
});

test('a shape that does not fit names both', () => {
  for (const shape of [[1], [1, 3], [1, 2, 1], []]) {
    refuses(
      { inputs: [{ ...a, shape }, n] },
      {
        code: 'SCORE_ERR_INPUT_SHAPE',
        pointer: '/inputs/0/shape',
        message: `input 'a': expected shape [-1, 2], got [${shape.join(', ')}]`,
      },
    );
  }
});

test('a shape that is no list of lengths is refused with what came', () => {
  const cases = {
    '[-1,2]': ['/0', 'a negative number'],
    '[1,1.5]': ['/1', 'a fraction'],
    '["1",2]': ['/0', 'a text'],
    '[1,1e309]': ['/1', 'one that is too large'],
    '[1,9007199254740993]': ['/1', 'a number'],
    '2': ['', 'a number'],
  };
  for (const [shape, [place = '', came = '']] of Object.entries(cases)) {
    const body = `{"inputs":[{"name":"a","datatype":"FP32","shape":${shape},"data":[]}]}`;
    const pointer = `/inputs/0/shape${place}`;
    expectFault(() => decodeText(body), { code: 'SCORE_ERR_REQUEST_FIELD', pointer, message: `got ${came}` });
  }
});

test('data that does not fit is named by its place in the request', () => {
  refuses({ inputs: [n, { ...a, data: [1] }] }, { code: 'SCORE_ERR_INPUT_SHAPE', pointer: '/inputs/1/data' });
  refuses(
    { inputs: [{ ...a, data: [[1, 'x']] }, n] },
    {
      code: 'SCORE_ERR_INPUT_VALUE',
      pointer: '/inputs/0/data/0/1',
      row: 0,
      message: "input 'a', row 0: expected a number, got a text",
    },
  );
  refuses(
    { inputs: [{ ...a, data: undefined }, n] },
    { code: 'SCORE_ERR_INPUT_SHAPE', message: 'got nothing' },
  );
});

test('requests of another form are refused with the place', () => {
  const code = 'SCORE_ERR_REQUEST_FIELD';
  refuses([], { code, pointer: '', message: 'the body: expected an object, got an array' });
  refuses({}, { code, pointer: '/inputs', message: 'got nothing' });
  refuses({ inputs: {} }, { code, pointer: '/inputs', message: 'got an object' });
  refuses({ inputs: ['a'] }, { code, pointer: '/inputs/0', message: 'got a text' });
  refuses({ inputs: [{ ...a, name: 5 }] }, { code, pointer: '/inputs/0/name' });
  refuses({ inputs: [a, n], outputs: {} }, { code, pointer: '/outputs' });
});

test('an own key __proto__ is refused wherever an object is read', () => {
  const code = 'SCORE_ERR_REQUEST_FIELD';
  const input = JSON.stringify(a);
  const bodies = {
    '/__proto__': `{"__proto__":{},"inputs":[${input}]}`,
    '/parameters/__proto__': `{"parameters":{"__proto__":1},"inputs":[${input}]}`,
    '/inputs/0/__proto__': `{"inputs":[{"__proto__":{"name":"a"}}]}`,
  };
  for (const [pointer, body] of Object.entries(bodies))
    expectFault(() => decodeText(body), { code, pointer });
});

test('a tensor without rows is scored as zero rows, one without dimensions as one row', () => {
  const empty = decode({ inputs: [{ name: 'a', datatype: 'FP32', shape: [0], data: [] }] }, floats);
  assert.equal(empty.rows, 0);
  const scalar = tensorsOf([tensorSpec('a', 'FP32')]);
  assert.equal(decode({ inputs: [{ name: 'a', datatype: 'FP32', shape: [], data: [1] }] }, scalar).rows, 1);
});
