import type { ErrorCode } from '../../shared/errors/codes.js';
import type { Sent } from '../support/http.js';

// The golden table of faults; test/functions/errorTable.test.ts sends every row. Long, since it is the list of the
// answers that callers rely on.

export const maxBodyBytes = 500_000;

/** What is sent, and what must come: status, code, and a text that the message must contain. */
export type ErrorRow = readonly [what: string, sent: Sent, status: number, code: ErrorCode, text: string];

export const api = '/api/cars/1.0.0';
export const v2 = '/v2/models/cars/infer';
export const hp = { name: 'hp', datatype: 'FP32', shape: [1, 1], data: [120] };
export const wt = { name: 'wt', datatype: 'FP32', shape: [1, 1], data: [2.8] };
const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const text = (body: string): Sent => ({ body });
const gzip = { headers: { 'content-encoding': 'gzip' } };
const plain = { headers: { 'content-type': 'text/plain' } };
const inputs = (...tensors: unknown[]): Sent => ({ body: { inputs: tensors } });
const island = { inputData: { island: ['a\ud800'] } };

/** Faults of any body, the same on both contracts. */
const bodies: readonly ErrorRow[] = [
  ['malformed JSON', text('{"hp": 120,'), 400, 'SCORE_ERR_BODY_SYNTAX', 'expected JSON'],
  ['NaN', text('{"hp": NaN, "wt": 1}'), 400, 'SCORE_ERR_BODY_SYNTAX', 'NaN'],
  ['text that is no JSON', text('hello'), 400, 'SCORE_ERR_BODY_SYNTAX', 'stray character'],
  ['an empty body', { body: '' }, 400, 'SCORE_ERR_BODY_EMPTY', 'expected a body, got none'],
  ['no body', { method: 'POST' }, 400, 'SCORE_ERR_BODY_EMPTY', 'expected a body, got none'],
  ['blanks', text('  \n'), 400, 'SCORE_ERR_BODY_SYNTAX', 'ends too early'],
  ['no UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22) }, 400, 'SCORE_ERR_BODY_ENCODING', 'UTF-8'],
  ['JSON 100,000 deep', text(deep), 400, 'SCORE_ERR_BODY_DEPTH', 'got 100000 levels'],
  ['an array', text('[1]'), 400, 'SCORE_ERR_REQUEST_FIELD', 'the body: expected an object, got an array'],
  ['null', text('null'), 400, 'SCORE_ERR_REQUEST_FIELD', 'the body: expected an object, got null'],
  [
    '__proto__',
    text('{"__proto__":{"hp":1}}'),
    400,
    'SCORE_ERR_REQUEST_FIELD',
    '/__proto__: this key is not allowed',
  ],
  [
    'too large',
    text(' '.repeat(maxBodyBytes + 1)),
    413,
    'SCORE_ERR_BODY_TOO_LARGE',
    'at most 500000 bytes, got 500001',
  ],
  ['another type', { ...plain, body: '{}' }, 415, 'SCORE_ERR_BODY_MEDIA_TYPE', 'got text/plain'],
  ['an encoded body', { ...gzip, body: '{}' }, 415, 'SCORE_ERR_BODY_MEDIA_TYPE', 'got gzip'],
];

/** Rows by path. */
export const errorTable: Readonly<Record<string, readonly ErrorRow[]>> = {
  [api]: [
    ...bodies,
    [
      'a missing column',
      { body: { hp: 1 } },
      400,
      'SCORE_ERR_INPUT_MISSING',
      "column 'wt' is missing: expected a number",
    ],
    [
      'a wrong name',
      { body: { hp: 1, wt: 1, WT: 1 } },
      400,
      'SCORE_ERR_INPUT_UNKNOWN',
      "no column 'WT': the model has 'hp', 'wt'",
    ],
    [
      'a text for a number',
      { body: { hp: '120', wt: 1 } },
      400,
      'SCORE_ERR_INPUT_VALUE',
      "'hp', row 0: expected a number, got a text",
    ],
    ['a boolean for a number', { body: { hp: true, wt: 1 } }, 400, 'SCORE_ERR_INPUT_VALUE', 'got a boolean'],
    ['an object for a number', { body: { hp: {}, wt: 1 } }, 400, 'SCORE_ERR_INPUT_VALUE', 'got an object'],
    [
      'an array in values',
      { body: { hp: [1], wt: [1] } },
      400,
      'SCORE_ERR_INPUT_VALUE',
      "'hp', row 0: expected a number, got an array",
    ],
    ['null for a number', { body: { hp: null, wt: 1 } }, 400, 'SCORE_ERR_INPUT_VALUE', 'got null'],
    [
      '1e309',
      text('{"hp":1e309,"wt":1}'),
      400,
      'SCORE_ERR_INPUT_VALUE',
      'in the range of FP32, got one outside',
    ],
    [
      'a text in row 2',
      { body: { inputData: { hp: [1, 2, 'x'], wt: [1, 2, 3] } } },
      400,
      'SCORE_ERR_INPUT_VALUE',
      "'hp', row 2: ",
    ],
    [
      'columns of different length',
      { body: { inputData: { hp: [1, 2], wt: [1] } } },
      400,
      'SCORE_ERR_INPUT_SHAPE',
      'expected 2 rows as in the first column, got 1',
    ],
    ['an empty frame', { body: { inputData: {} } }, 400, 'SCORE_ERR_INPUT_MISSING', "column 'hp' is missing"],
    [
      'a frame that is an array',
      { body: { inputData: [] } },
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/inputData: expected an object',
    ],
    [
      'a key beside the frame',
      { body: { inputData: { hp: [], wt: [] }, x: 1 } },
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/x: not allowed',
    ],
    [
      '__proto__ in a frame',
      text('{"inputData":{"__proto__":[1]}}'),
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/inputData/__proto__',
    ],
    [
      'a lone surrogate as name',
      text(String.raw`{"\ud800":1}`),
      400,
      'SCORE_ERR_INPUT_UNKNOWN',
      "no column '\ufffd'",
    ],
  ],
  '/api/texts/1.0.0': [
    ['a lone surrogate as value', { body: island }, 400, 'SCORE_ERR_INPUT_VALUE', 'lone surrogate'],
    ['a NUL in a text', { body: { inputData: { island: ['a\0'] } } }, 400, 'SCORE_ERR_INPUT_VALUE', 'NUL'],
    [
      'a number for a text',
      { body: { inputData: { island: [5] } } },
      400,
      'SCORE_ERR_INPUT_VALUE',
      "'island', row 0: expected a text, got a number",
    ],
  ],
  '/api/ids/1.0.0': [
    [
      'a fraction for a whole number',
      { body: { x: 1.5 } },
      400,
      'SCORE_ERR_INPUT_VALUE',
      'whole number (INT64), got a fraction',
    ],
    ['2^63', text('{"x":9223372036854775808}'), 400, 'SCORE_ERR_INPUT_VALUE', 'in the range of INT64'],
  ],
  '/api/nowhere/1.0.0': [
    ['an unknown model', { body: {} }, 404, 'SCORE_ERR_MODEL_NOT_FOUND', "no model 'nowhere'"],
  ],
  '/api/cars/9': [
    ['an unknown version', { body: {} }, 404, 'SCORE_ERR_VERSION_NOT_FOUND', "'cars' has no version '9'"],
  ],
  '/api/broken/1.0.0': [
    ['a broken model', { body: {} }, 503, 'SCORE_ERR_MODEL_UNAVAILABLE', 'SCORE_ERR_MODEL_FILE_INVALID'],
  ],
  [v2]: [
    ...bodies,
    ['no inputs', { body: {} }, 400, 'SCORE_ERR_REQUEST_FIELD', '/inputs: expected an array, got nothing'],
    [
      'a missing input',
      inputs(hp),
      400,
      'SCORE_ERR_INPUT_MISSING',
      "input 'wt' is missing: expected FP32 [-1, 1]",
    ],
    [
      'a wrong name',
      inputs(hp, { ...wt, name: 'WT' }),
      400,
      'SCORE_ERR_INPUT_UNKNOWN',
      "no input 'WT': the model has 'hp', 'wt'",
    ],
    ['an input twice', inputs(hp, wt, hp), 400, 'SCORE_ERR_REQUEST_FIELD', "input 'hp' is given twice"],
    [
      'a wrong type',
      inputs({ ...hp, datatype: 'INT64' }, wt),
      400,
      'SCORE_ERR_INPUT_DATATYPE',
      "'hp': expected datatype FP32, got INT64",
    ],
    [
      'a wrong rank',
      inputs({ ...hp, shape: [1] }, wt),
      400,
      'SCORE_ERR_INPUT_SHAPE',
      "'hp': expected shape [-1, 1], got [1]",
    ],
    [
      'a wrong length',
      inputs({ ...hp, shape: [2, 1] }, wt),
      400,
      'SCORE_ERR_INPUT_SHAPE',
      "'hp': expected 2 values for shape [2, 1], got 1",
    ],
    [
      'a negative length',
      inputs({ ...hp, shape: [-1, 1] }, wt),
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/inputs/0/shape',
    ],
    [
      'a text for a number',
      inputs({ ...hp, data: ['x'] }, wt),
      400,
      'SCORE_ERR_INPUT_VALUE',
      "'hp', row 0: expected a number, got a text",
    ],
    [
      '1e309',
      text(JSON.stringify({ inputs: [hp, wt] }).replace('120', '1e309')),
      400,
      'SCORE_ERR_INPUT_VALUE',
      'range of FP32',
    ],
    [
      'an unknown output',
      { body: { inputs: [hp, wt], outputs: [{ name: 'q' }] } },
      400,
      'SCORE_ERR_OUTPUT_UNKNOWN',
      "no output 'q': the model has 'answer'",
    ],
    [
      'an id that is no text',
      { body: { id: 1, inputs: [hp, wt] } },
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/id: expected a text',
    ],
    [
      'parameters with an object',
      { body: { parameters: { a: {} }, inputs: [hp, wt] } },
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/parameters/a',
    ],
    [
      '__proto__ in an input',
      text('{"inputs":[{"__proto__":{"name":"hp"}}]}'),
      400,
      'SCORE_ERR_REQUEST_FIELD',
      '/inputs/0/__proto__',
    ],
    [
      'rows that do not fit each other',
      inputs({ ...hp, shape: [2, 1], data: [1, 2] }, wt),
      500,
      'SCORE_ERR_RUN_FAILED',
      'the model failed',
    ],
  ],
  '/v2/models/pick/infer': [
    [
      'a run that fails',
      inputs({ name: 'x', datatype: 'INT64', shape: [1], data: [7] }),
      500,
      'SCORE_ERR_RUN_FAILED',
      'idx=7',
    ],
  ],
  '/v2/models/nowhere/infer': [
    ['an unknown model', { body: {} }, 404, 'SCORE_ERR_MODEL_NOT_FOUND', "no model 'nowhere'"],
  ],
  '/v2/models/%2e%2e%2f%2e%2e/infer': [
    ['a name that climbs', { body: {} }, 404, 'SCORE_ERR_MODEL_NOT_FOUND', 'no model'],
  ],
  '/v2/models/cars/versions/9/infer': [
    ['an unknown version', { body: {} }, 404, 'SCORE_ERR_VERSION_NOT_FOUND', "no version '9'"],
  ],
  '/v2/models/broken/infer': [
    ['a broken model', { body: {} }, 503, 'SCORE_ERR_MODEL_UNAVAILABLE', 'not a usable ONNX file'],
  ],
  '/v2/models/nowhere': [
    ['metadata of an unknown model', {}, 404, 'SCORE_ERR_MODEL_NOT_FOUND', "no model 'nowhere'"],
  ],
  '/v2/models/cars/versions/9': [
    ['metadata of an unknown version', {}, 404, 'SCORE_ERR_VERSION_NOT_FOUND', "no version '9'"],
  ],
  '/v2/models/broken': [
    ['metadata of a broken model', {}, 503, 'SCORE_ERR_MODEL_UNAVAILABLE', 'SCORE_ERR_MODEL_FILE_INVALID'],
  ],
  '/v2/models/nowhere/ready': [
    ['readiness of an unknown model', {}, 404, 'SCORE_ERR_MODEL_NOT_FOUND', "no model 'nowhere'"],
  ],
  '/v2/models/nowhere/stats': [
    ['statistics of an unknown model', {}, 404, 'SCORE_ERR_MODEL_NOT_FOUND', "no model 'nowhere'"],
  ],
};
