import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchItems, storedItems, type BatchItem } from '../../../../shared/batch/service/batchItems.js';
import { flattenItems } from '../../../../shared/batch/service/flattenItems.js';
import { requestOfRows } from '../../../../shared/batch/service/requestOfRows.js';
import type { ErrorCode } from '../../../../shared/errors/codes.js';
import type { ColumnSpec, Signature } from '../../../../shared/models/signature.js';
import { parseBytes, parseExact, utf8 } from '../../../support/bytes.js';
import { expectRejection } from '../../../support/expectFault.js';
import { fc } from '../../../support/property.js';

const column = (name: string, more: Partial<ColumnSpec> = {}): ColumnSpec => ({
  name,
  type: 'numeric',
  nullable: false,
  ...more,
});
const names = ['hp', 'wt', 'a "b"\\ü'];
const columns = names.map((name) => column(name));

/** A model with these columns and one output. */
const modelOf = (columns: readonly ColumnSpec[], shape: readonly number[] = [-1]): Signature => ({
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, columns.length] }],
  outputs: [{ name: 'y', column: 'total', datatype: 'FP32', shape }],
  layout: 'features',
  columns,
});

const decoder = new TextDecoder();

interface Flat {
  readonly lines: string;
  readonly items: readonly BatchItem[];
  readonly request: (index: number) => Promise<string>;
}

async function flatten(body: string, model: readonly ColumnSpec[] | Signature = columns): Promise<Flat> {
  const signature = 'columns' in model ? model : modelOf(model);
  const { lines, items, rows } = await flattenItems(utf8(body), signature);
  const stored = new BatchItems(
    JSON.parse(JSON.stringify(storedItems(items))) as ReturnType<typeof storedItems>,
  );
  assert.equal(stored.count, items.length);
  const found = items.map((_, i) => stored.at(i) as BatchItem);
  assert.equal(found.at(-1)?.endRow, rows);
  assert.equal(found.at(-1)?.to, lines.length);
  return {
    lines: decoder.decode(lines),
    items: found,
    async request(index) {
      const { form, from, to } = found[index] as BatchItem;
      const request = await requestOfRows(
        lines.subarray(from, to),
        form,
        signature.columns.map(({ name }) => name),
      );
      return decoder.decode(request);
    },
  };
}

const record = (values: readonly unknown[]) => Object.fromEntries(names.map((name, i) => [name, values[i]]));

const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const valuesItem = fc.array(value, { minLength: 3, maxLength: 3 }).map(record);
const frameItem = fc
  .nat({ max: 4 })
  .chain((rows) =>
    fc.array(fc.array(value, { minLength: rows, maxLength: rows }), { minLength: 3, maxLength: 3 }),
  )
  .map((values) => ({ inputData: record(values) }));

test('what was sent comes back from the rows, whatever the layout of the text', async () => {
  const items = fc.array(fc.oneof(valuesItem, frameItem), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(items, fc.constantFrom(undefined, 1, '\r\n\t'), async (sent, indent) => {
      const flat = await flatten(JSON.stringify(sent, null, indent));
      for (const [i, item] of sent.entries()) {
        assert.deepEqual(JSON.parse(await flat.request(i)), JSON.parse(JSON.stringify(item)));
      }
    }),
    { numRuns: 500 },
  );
});

test('every row is a JSON array on a line of its own, and items follow each other', async () => {
  const items = fc.array(fc.oneof(valuesItem, frameItem), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(items, async (sent) => {
      const flat = await flatten(JSON.stringify(sent, null, 2));
      const rows = flat.lines
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown[]);
      let row = 0;
      for (const [i, item] of sent.entries()) {
        const { form, firstRow, endRow } = flat.items[i] as BatchItem;
        assert.equal(form, 'inputData' in item ? 'frame' : 'values');
        assert.equal(firstRow, row);
        row = endRow;
        const at = (name: string, r: number) =>
          'inputData' in item
            ? (item.inputData as Record<string, unknown[]>)[name]?.[r]
            : (item as Record<string, unknown>)[name];
        for (let r = firstRow; r < endRow; r++) {
          assert.deepEqual(rows[r], JSON.parse(JSON.stringify(names.map((name) => at(name, r - firstRow)))));
        }
      }
      assert.equal(rows.length, row);
    }),
    { numRuns: 300 },
  );
});

test('numbers keep their digits', async () => {
  const body = '[{"id": 9007199254740993}, {"inputData": {"id": [18446744073709551615, 1.10, -0.0, 1e2]}}]';
  const flat = await flatten(body, [column('id')]);
  assert.equal(flat.lines, '[9007199254740993]\n[18446744073709551615]\n[1.10]\n[-0.0]\n[1e2]\n');
  assert.equal(await flat.request(0), '{"id":9007199254740993}');
  assert.equal(await flat.request(1), '{"inputData":{"id":[18446744073709551615,1.10,-0.0,1e2]}}');
});

test('columns are told by their names as they stand after unescaping, and the last of two counts', async () => {
  const flat = await flatten('[{"\\u0068p":1,"wt":2,"a \\"b\\"\\\\\\u00fc":3,"hp":4}]');
  assert.equal(flat.lines, '[4,2,3]\n');
});

test('a column with a default may be missing, one without it costs the item', async () => {
  const model = [column('hp'), column('wt', { default: 2 }), column('qsec', { nullable: true })];
  const flat = await flatten(
    '[{"hp":1,"qsec":3},{"hp":1,"wt":2},{"qsec":1},{"hp":1,"qsec":null,"cyl":6},{"inputData":{"hp":[1,2],"qsec":[3,4]}}]',
    model,
  );
  assert.equal(flat.lines, '[1,null,3]\n[1,null,3]\n[2,null,4]\n');
  assert.deepEqual(
    flat.items.map(({ refused }) => refused),
    [undefined, { missing: 'qsec' }, { missing: 'hp' }, { unknown: 'cyl' }, undefined],
  );
  assert.deepEqual(
    flat.items.map(({ firstRow, endRow }) => [firstRow, endRow]),
    [
      [0, 1],
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 3],
    ],
  );
});

test('a batch in which no item can be scored is refused with the reason of the first one', async () => {
  const missing = await expectRejection(flatten('[{"hp":1},{"hp":2,"wt":1}]'), {
    code: 'SCORE_ERR_INPUT_MISSING',
  });
  assert.match(missing.message, /column 'wt' is missing.*'hp', 'wt'/);
  assert.equal(missing.places[0]?.pointer, '/0');
  const unknown = await expectRejection(flatten('[{"cyl":1},{"hp":2}]'), { code: 'SCORE_ERR_INPUT_UNKNOWN' });
  assert.equal(unknown.places[0]?.pointer, '/0/cyl');
});

const refused: readonly (readonly [
  what: string,
  body: string,
  code: ErrorCode,
  pointer: string | undefined,
])[] = [
  ['no array', '{"hp":1}', 'SCORE_ERR_REQUEST_FIELD', ''],
  ['no items', ' [ ] ', 'SCORE_ERR_REQUEST_FIELD', ''],
  ['an item that is a number', '[{"hp":1,"wt":2},3]', 'SCORE_ERR_REQUEST_FIELD', '/1'],
  ['an item that is null', '[null]', 'SCORE_ERR_REQUEST_FIELD', '/0'],
  ['an item that is an array', '[[1,2]]', 'SCORE_ERR_REQUEST_FIELD', '/0'],
  ['a frame that is no object', '[{"inputData":[1]}]', 'SCORE_ERR_REQUEST_FIELD', '/0/inputData'],
  ['a key beside a frame', '[{"inputData":{},"x/y":1}]', 'SCORE_ERR_REQUEST_FIELD', '/0/x~1y'],
  [
    'a column that is no array',
    '[{"inputData":{"hp":1,"wt":[2],"a \\"b\\"\\\\ü":[]}}]',
    'SCORE_ERR_REQUEST_FIELD',
    '/0/inputData/hp',
  ],
  [
    'columns of different lengths',
    '[{"inputData":{"hp":[1,2],"wt":[2],"a \\"b\\"\\\\ü":[1,2]}}]',
    'SCORE_ERR_INPUT_SHAPE',
    '/0/inputData/wt',
  ],
  [
    'a first column that is shorter',
    '[{"inputData":{"hp":[],"wt":[2],"a \\"b\\"\\\\ü":[]}}]',
    'SCORE_ERR_INPUT_SHAPE',
    '/0/inputData/wt',
  ],
  ['a stray character', '[{"hp":1},{"hp":x}]', 'SCORE_ERR_BODY_SYNTAX', '/1'],
  ['an end that is missing', '[{"hp":1},{"hp":2}', 'SCORE_ERR_BODY_SYNTAX', '/1'],
  ['a comma too many', '[{"hp":1},]', 'SCORE_ERR_BODY_SYNTAX', '/1'],
  ['something behind the array', '[{"hp":1}] 2', 'SCORE_ERR_BODY_SYNTAX', '/1'],
  [
    'an item that is nested too deeply',
    `[1,${'['.repeat(33)}${']'.repeat(33)}]`,
    'SCORE_ERR_BODY_DEPTH',
    '/1',
  ],
];

for (const [what, body, code, pointer] of refused) {
  test(`${what} is refused, and the item is named`, async () => {
    const fault = await expectRejection(flatten(body), { code });
    assert.equal(fault.places[0]?.pointer, pointer);
  });
}

test('bytes that are no UTF-8 are refused', async () => {
  const body = Uint8Array.of(...utf8('[{"hp":1},{"h'), 0xc3, ...utf8('":1}]'));
  const fault = await expectRejection(flattenItems(body, modelOf(columns)), {
    code: 'SCORE_ERR_BODY_ENCODING',
  });
  assert.equal(fault.places[0]?.pointer, '/1');
});

test('10,000 items are taken, one more is refused by a text that names /jobs', async () => {
  const body = (count: number) => `[${Array.from({ length: count }, (_, i) => `{"id":${i}}`).join(',')}]`;
  const { items } = await flattenItems(utf8(body(10_000)), modelOf([column('id')]));
  assert.equal(items.length, 10_000);
  const fault = await expectRejection(flattenItems(utf8(body(10_001)), modelOf([column('id')])), {
    code: 'SCORE_ERR_BATCH_TOO_LARGE',
  });
  assert.match(fault.message, /10000 items.*\/jobs/);
});

test('rows that defaults make much larger than the request are refused', async () => {
  const wide = [column('id'), ...Array.from({ length: 5000 }, (_, i) => column(`c${i}`, { default: 0 }))];
  const ids = Array.from({ length: 6000 }, () => '1').join(',');
  const fault = await expectRejection(flattenItems(utf8(`[{"inputData":{"id":[${ids}]}}]`), modelOf(wide)), {
    code: 'SCORE_ERR_BATCH_TOO_LARGE',
  });
  assert.match(fault.message, /\/jobs/);
});

test('texts with commas, brackets and escapes are cells like others', async () => {
  const cells = ['a,b]', '}{"', '\\', '\\"', 'ü€😀', '\n'];
  const flat = await flatten(JSON.stringify([{ inputData: { t: cells } }]), [
    column('t', { type: 'character' }),
  ]);
  assert.deepEqual(
    flat.lines
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as string[])[0]),
    cells,
  );
  assert.deepEqual(parseExact(await flat.request(0)), { inputData: { t: cells } });
});

test('a frame of a model that has a column inputData is an item of values', async () => {
  const flat = await flatten('[{"inputData":[1,2]}]', [column('inputData', { type: 'vector' })]);
  assert.equal(flat.lines, '[[1,2]]\n');
  assert.deepEqual(parseBytes(utf8(await flat.request(0))), { inputData: [1, 2] });
});

for (const [what, shape] of [
  ['stands for all rows', [3]],
  ['declares nothing', []],
] as const) {
  test(`frames of other than one row are refused alone where an output ${what}`, async () => {
    const model = modelOf([column('hp')], shape);
    const frame = (...hp: number[]) => ({ inputData: { hp } });
    const flat = await flatten(JSON.stringify([frame(1, 2), { hp: 3 }, frame(), frame(4)]), model);
    assert.equal(flat.lines, '[3]\n[4]\n');
    assert.deepEqual(
      flat.items.map(({ refused }) => refused),
      [{ rows: 2, whole: 'total' }, undefined, { rows: 0, whole: 'total' }, undefined],
    );
    const fault = await expectRejection(flatten(JSON.stringify([frame(1, 2)]), model), {
      code: 'SCORE_ERR_INPUT_SHAPE',
      message: "frame with one row, got 2: output 'total'",
    });
    assert.equal(fault.places[0]?.pointer, '/0/inputData');
  });
}

test('a model whose runs are filled up, with an output that may stand for all rows, has no batches', async () => {
  const model = modelOf([column('hp')], [5]);
  const fixed = { ...model, inputs: model.inputs.map((input) => ({ ...input, shape: [2, 1] })) };
  await expectRejection(flatten('[{"hp":1}]', fixed), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    message: 'exactly 2 rows at once',
  });
});

test('other work of the thread gets its turn while defaults make many cells of few bytes', async () => {
  const wide = [column('hp'), ...Array.from({ length: 4000 }, (_, i) => column(`c${i}`, { default: 0 }))];
  for (const item of [{ hp: 1 }, { inputData: { hp: [] } }]) {
    const body = utf8(JSON.stringify(Array.from({ length: 200 }, () => item)));
    const few = await turnsDuring(() => flattenItems(Uint8Array.from(body), modelOf([column('hp')])));
    const many = await turnsDuring(() => flattenItems(body, modelOf(wide)));
    assert.ok(many - few > 30, `${many} turns, ${few} without defaults`);
  }
});

test('other work of the thread gets its turn while a large body is read', async () => {
  const cells = Array.from({ length: 2 ** 20 }, () => '1.5').join(',');
  const body = utf8(`[{"inputData":{"a":[${cells}],"b":[${cells}]}}]`);
  const turns = await turnsDuring(async () => {
    const { rows } = await flattenItems(body, modelOf([column('a'), column('b')]));
    assert.equal(rows, 2 ** 20);
  });
  // several passes, each with a turn for a quarter of a MiB
  assert.ok(turns > body.length / 2 ** 17, `${turns} turns`);
});

/** Turns of the event loop while something is done. */
async function turnsDuring(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await act();
  isOver = true;
  return turns;
}
