import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datatypeFacts, datatypes, type Datatype, type Tensor } from '../../../shared/tensors/datatypes.js';
import { elementsText } from '../../../shared/tensors/elementText.js';
import { fillTensor } from '../../../shared/tensors/fillTensor.js';
import { toFloat16Bits, fromFloat16Bits } from '../../../shared/tensors/float16.js';
import { elementCount } from '../../../shared/tensors/shape.js';
import { parseExact } from '../../support/bytes.js';
import { expectFault } from '../../support/expectFault.js';
import { fc } from '../../support/property.js';

const fill = (json: unknown, shape: readonly number[], datatype: Datatype = 'INT32'): Tensor =>
  fillTensor({ input: 'x', pointer: (steps) => `/data${steps}`, datatype, shape }, json);

/** Arrays nested as the shape says. */
function nest(flat: readonly unknown[], shape: readonly number[]): unknown {
  const [length, ...inner] = shape;
  if (length === undefined) return flat[0];
  const step = elementCount(inner);
  return Array.from({ length }, (_, i) => nest(flat.slice(i * step, (i + 1) * step), inner));
}

/** JSON values that a tensor of the datatype gives back unchanged. */
function valuesOf(datatype: Datatype): fc.Arbitrary<unknown> {
  const { kind, min, max } = datatypeFacts(datatype);
  switch (kind) {
    case 'boolean':
      return fc.boolean();
    case 'text':
      return fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    case 'integer':
      return fc.integer({ min: min as number, max: max as number });
    case 'bigint':
      return fc.bigInt({ min: min as bigint, max: max as bigint }).map(asParsed);
    case 'float':
      return fc.oneof(fc.constant(null), finite(datatype));
  }
}

function finite(datatype: Datatype): fc.Arbitrary<number> {
  const usual = { noNaN: true, noDefaultInfinity: true };
  if (datatype === 'FP64') return fc.double(usual);
  if (datatype === 'FP32') return fc.float(usual);
  return fc
    .double({ ...usual, min: -65_504, max: 65_504 })
    .map((value) => fromFloat16Bits(toFloat16Bits(value)));
}

const asParsed = (value: bigint) =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** What a parsed value is stored as: text of FP32 and FP16 is shorter than that of their double. */
function stored(datatype: Datatype, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (datatype === 'FP32') return Math.fround(value);
  return datatype === 'FP16' ? fromFloat16Bits(toFloat16Bits(value)) : value;
}

for (const datatype of datatypes) {
  const isFloat = datatypeFacts(datatype).kind === 'float';
  test(`${datatype} data comes back from its tensor unchanged, nested or flat`, () => {
    const cases = fc
      .array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 })
      .chain((shape) =>
        fc
          .array(valuesOf(datatype), { minLength: elementCount(shape), maxLength: elementCount(shape) })
          .map((values) => ({ shape, values })),
      );
    fc.assert(
      fc.property(cases, ({ shape, values }) => {
        const tensor = fill(values, shape, datatype);
        const text = elementsText(tensor, 0, values.length);
        const parsed = isFloat
          ? (JSON.parse(`[${text}]`) as unknown[])
          : (parseExact(`[${text}]`) as unknown[]);
        const back = parsed.map((value) => stored(datatype, value));
        assert.deepEqual(back, values);
        if (shape.length > 0) assert.deepEqual(fill(nest(values, shape), shape, datatype), tensor);
      }),
    );
  });
}

test('flat data of a wrong length names both lengths', () => {
  for (const count of [0, 5, 7, 12]) {
    const message = `input 'x': expected 6 values for shape [2, 3], got ${count}`;
    expectFault(() => fill(new Array<number>(count).fill(1), [2, 3]), {
      code: 'SCORE_ERR_INPUT_SHAPE',
      message,
    });
  }
});

test('nested data of a wrong length is named at every axis', () => {
  const shape = [2, 3, 2];
  const good = () =>
    nest(
      Array.from({ length: 12 }, (_, i) => i),
      shape,
    ) as number[][][];
  const faults: [string, number | undefined, (data: number[][][]) => void][] = [
    ['/data', undefined, (data) => data.pop()],
    ['/data/1', 1, (data) => data[1]?.push([0, 0])],
    ['/data/0/2', 0, (data) => data[0]?.[2]?.pop()],
    ['/data/1/0', 1, (data) => data[1]?.[0]?.push(9)],
  ];
  for (const [pointer, row, spoil] of faults) {
    const data = good();
    spoil(data);
    const fault = expectFault(() => fill(data, shape), { code: 'SCORE_ERR_INPUT_SHAPE', pointer });
    assert.equal(fault.places[0]?.row, row);
  }
});

test('a value where an array belongs, and an array where a value belongs, are named with their row', () => {
  expectFault(() => fill([[1, 2], 3], [2, 2]), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    pointer: '/data/1',
    row: 1,
    message: "input 'x', row 1: expected an array of 2, got a number",
  });
  expectFault(
    () =>
      fill(
        [
          [1, 2],
          [3, [4]],
        ],
        [2, 2],
      ),
    {
      code: 'SCORE_ERR_INPUT_VALUE',
      pointer: '/data/1/1',
      row: 1,
      message: "input 'x', row 1: expected a whole number, got an array",
    },
  );
});

test('a wrong value is named with its row in flat and in nested data', () => {
  const code = 'SCORE_ERR_INPUT_VALUE';
  expectFault(() => fill([1, 2, 3, 'four', 5, 6], [2, 3]), { code, pointer: '/data/3', row: 1 });
  expectFault(
    () =>
      fill(
        [
          [1, 2, 3],
          [4, 5, 6.5],
        ],
        [2, 3],
      ),
    { code, pointer: '/data/1/2', row: 1 },
  );
  expectFault(() => fill([1, null], [2]), { code, pointer: '/data/1', row: 1 });
});

test('data that is no array is refused', () => {
  for (const [json, type] of [
    [5, 'a number'],
    [{}, 'an object'],
    ['1', 'a text'],
    [undefined, 'nothing'],
  ] as const) {
    expectFault(() => fill(json, [1]), {
      code: 'SCORE_ERR_INPUT_SHAPE',
      message: `array of 1 values, got ${type}`,
    });
  }
});

test('a shape that promises more than the data holds takes no memory', () => {
  expectFault(() => fill([1], [2 ** 40, 2 ** 12], 'FP64'), { code: 'SCORE_ERR_INPUT_SHAPE' });
  expectFault(() => fill([[1]], [2 ** 50, 1], 'FP64'), { code: 'SCORE_ERR_INPUT_SHAPE' });
});

test('a tensor without dimensions holds one value, one without rows none', () => {
  assert.deepEqual(fill([7], []), { datatype: 'INT32', shape: [], data: new Int32Array([7]) });
  assert.deepEqual(fill([], [0, 3]), { datatype: 'INT32', shape: [0, 3], data: new Int32Array(0) });
  assert.deepEqual(fill([[], []], [2, 0]), { datatype: 'INT32', shape: [2, 0], data: new Int32Array(0) });
});
