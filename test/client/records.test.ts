import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellValue } from '../../client/src/cellValues.js';
import { csvFile, csvText, type CellType } from '../../client/src/csvSource.js';
import { frameColumns } from '../../client/src/frameColumns.js';
import { InputError } from '../../client/src/inputError.js';
import { rowsOfText, rowsOfValues } from '../../client/src/records.js';
import { batchItems, requestBody } from '../../client/src/requestBody.js';
import type { ParameterDefinition } from '../../client/src/serviceMetadata.js';

const values: readonly ParameterDefinition[] = [
  { name: 'hp', type: 'numeric' },
  { name: 'wt', type: 'numeric' },
];
const frame: readonly ParameterDefinition[] = [{ name: 'inputData', type: 'data.frame' }];
const vector: readonly ParameterDefinition[] = [{ name: 'x', type: 'vector' }];

const bodies: readonly (readonly [string, readonly ParameterDefinition[], object, object])[] = [
  ['one record is sent as it is', values, { hp: 1, wt: 2 }, { hp: 1, wt: 2 }],
  ['columns become a frame', values, { hp: [1, 3], wt: [2, 4] }, { inputData: { hp: [1, 3], wt: [2, 4] } }],
  [
    'rows become a frame',
    values,
    [
      { hp: 1, wt: 2 },
      { wt: 4, hp: 3 },
    ],
    { inputData: { hp: [1, 3], wt: [2, 4] } },
  ],
  ['one row in an array is a frame', values, [{ hp: 1, wt: 2 }], { inputData: { hp: [1], wt: [2] } }],
  ['a frame is sent as it is', frame, { inputData: { a: [1, 2] } }, { inputData: { a: [1, 2] } }],
  ['a frame without its key', frame, { a: [1, 2] }, { inputData: { a: [1, 2] } }],
  ['one record for a frame', frame, { a: 1, b: null }, { inputData: { a: [1], b: [null] } }],
  ['rows for a frame', frame, [{ a: 1 }, { a: 2 }], { inputData: { a: [1, 2] } }],
  ['an array for a vector is its value', vector, { x: [1, 2] }, { x: [1, 2] }],
];

for (const [name, declared, inputs, body] of bodies) {
  test(`scoring: ${name}`, () => {
    assert.deepEqual(requestBody(inputs, declared), body);
  });
}

const batches: readonly (readonly [string, readonly ParameterDefinition[], object, readonly object[]])[] = [
  ['rows are the items', values, [{ hp: 1, wt: 2 }], [{ hp: 1, wt: 2 }]],
  [
    'columns are cut into rows',
    values,
    { hp: [1, 3], wt: [2, 4] },
    [
      { hp: 1, wt: 2 },
      { hp: 3, wt: 4 },
    ],
  ],
  [
    'a row for a frame is a frame with one row',
    frame,
    [{ a: 1, b: 'x' }],
    [{ inputData: { a: [1], b: ['x'] } }],
  ],
  [
    'an array in a row for a frame is the value of one row',
    frame,
    [{ a: [1, 2] }],
    [{ inputData: { a: [[1, 2]] } }],
  ],
  [
    'a frame is one item with all of its rows',
    frame,
    [{ inputData: { a: [1, 2] } }],
    [{ inputData: { a: [1, 2] } }],
  ],
  [
    'a frame that is no array is cut into rows',
    frame,
    { inputData: { a: [1, 2] } },
    [{ inputData: { a: [1] } }, { inputData: { a: [2] } }],
  ],
  [
    'columns of vectors',
    vector,
    {
      x: [
        [1, 2],
        [3, 4],
      ],
    },
    [{ x: [1, 2] }, { x: [3, 4] }],
  ],
  ['no records', values, [], []],
];

for (const [name, declared, records, items] of batches) {
  test(`batch: ${name}`, () => {
    assert.deepEqual(batchItems(rowsOfValues(records), declared), items);
  });
}

const refused: readonly (readonly [string, () => unknown, string])[] = [
  [
    'columns of other lengths',
    () => rowsOfValues({ a: [1, 2], b: [1] }),
    "column 'b': expected 2 values as in column 'a', got 1",
  ],
  [
    'a value among columns',
    () => rowsOfValues({ a: [1], b: 1 }),
    "column 'b': expected an array with one value per record, got number",
  ],
  [
    'a record that is no object',
    () => rowsOfValues([{ a: 1 }, [1] as object]),
    'record 1: expected an object, got an array',
  ],
  [
    'rows with other columns',
    () => requestBody([{ a: 1 }, { b: 1 }], frame),
    "record 1: expected the columns of record 0; 'a' is in one of them alone",
  ],
  [
    'rows with more columns',
    () => requestBody([{ a: 1 }, { a: 1, b: 1 }], frame),
    "record 1: expected the columns of record 0; 'b' is in one of them alone",
  ],
];

for (const [name, act, message] of refused) {
  test(`${name} are refused`, () => {
    assert.throws(act, (error) => error instanceof InputError && error.message === message);
  });
}

const cells: readonly (readonly [CellType, string | undefined, unknown])[] = [
  ['numeric', '1.5', 1.5],
  ['numeric', ' +.5e1 ', 5],
  ['numeric', '007', 7],
  ['numeric', 'NaN', null],
  ['numeric', ' ', null],
  ['numeric', undefined, null],
  ['numeric', 'NA', 'NA'],
  ['numeric', '1e999', '1e999'],
  ['numeric', '0x10', '0x10'],
  ['integer', '-3', -3],
  ['integer', '9007199254740993', '9007199254740993'],
  ['integer', '1.5', 1.5],
  ['logical', 'TRUE', true],
  ['logical', '0', false],
  ['logical', 'yes', 'yes'],
  ['character', '12', '12'],
  ['character', '', ''],
  ['character', undefined, null],
  ['vector', '[1, 2]', [1, 2]],
  ['vector', '[1', '[1'],
];

for (const [type, cell, value] of cells) {
  test(`a cell ${JSON.stringify(cell)} of a ${type} column`, () => {
    assert.deepEqual(cellValue(cell, type), value);
  });
}

test('a text gives the columns that are named, in their order and types', async () => {
  const text = 'car,wt,hp,code\n"Mazda, RX4",2.62,110,01\nDatsun,2.32,many,02\n';
  assert.deepEqual(await rowsOfText(text, values), [
    { hp: 110, wt: 2.62 },
    { hp: 'many', wt: 2.32 },
  ]);
  assert.deepEqual(
    await rowsOfText(new Blob([text]), values),
    await rowsOfText(csvFile(new Blob([text])), values),
  );
  await assert.rejects(
    rowsOfText('a\n1\n', values),
    /expected columns of the service \('hp', 'wt'\), got none/,
  );
});

test('types of a text are guessed where nobody names them, and what the caller says goes before', async () => {
  const text = 'n,l,c,e,m\n1,true,a,,1\n-2.5e3,FALSE,1,,x\n,,,,\n';
  assert.deepEqual(await rowsOfText(text, undefined), [
    { n: 1, l: true, c: 'a', e: null, m: '1' },
    { n: -2500, l: false, c: '1', e: null, m: 'x' },
    { n: null, l: null, c: null, e: null, m: null },
  ]);
  const zip = await rowsOfText(csvText('zip\n01\n', { types: { zip: 'character' } }), undefined);
  assert.deepEqual(zip, [{ zip: '01' }]);
});

test('a swagger document names the columns of a frame', () => {
  const array = (items: object) => ({ type: 'array', items });
  const properties = {
    a: array({ type: 'number' }),
    b: array({ type: 'string' }),
    c: array(array({ type: 'integer' })),
  };
  const InputParameters = { properties: { inputData: { type: 'object', properties } } };
  assert.deepEqual(frameColumns(JSON.stringify({ definitions: { InputParameters } })), [
    { name: 'a', type: 'numeric' },
    { name: 'b', type: 'character' },
    { name: 'c', type: 'vector' },
  ]);
  assert.equal(
    frameColumns('{"definitions":{"InputParameters":{"properties":{"inputData":{"type":"object"}}}}}'),
    undefined,
  );
  assert.equal(frameColumns('not JSON'), undefined);
});
