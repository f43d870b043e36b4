import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchItems, storedItems, type NotedItem } from '../../../../shared/batch/service/batchItems.js';
import { ItemAnswers } from '../../../../shared/batch/service/itemAnswers.js';
import { ScoringError } from '../../../../shared/errors/scoringError.js';
import { failedAnswer } from '../../../../shared/protocols/consumption/answer.js';
import { parseBytes, utf8 } from '../../../support/bytes.js';
import { expectFault } from '../../../support/expectFault.js';
import { fc } from '../../../support/property.js';

const names = ['y', 'p "1"\\é', 'class'];

const tooLarge = () => new ScoringError('SCORE_ERR_BATCH_TOO_LARGE', 'too large');

/** A row of the results, or the message of an error row. */
type Outcome = { readonly values: readonly unknown[] } | { readonly message: string };

interface TestItem {
  readonly form: 'values' | 'frame';
  readonly rows: readonly Outcome[];
  readonly refused?: { readonly missing: string };
}

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.jsonValue({ maxDepth: 2 }), { minLength: 3, maxLength: 3 })
      .map((values) => ({ values })),
  },
  { weight: 1, arbitrary: fc.string().map((message) => ({ message })) },
);
const item: fc.Arbitrary<TestItem> = fc.oneof(
  outcome.map((one) => ({ form: 'values' as const, rows: [one] })),
  fc.array(outcome, { maxLength: 4 }).map((rows) => ({ form: 'frame' as const, rows })),
  fc.constant({ form: 'values' as const, rows: [], refused: { missing: 'hp' } }),
);

const noted = ({ form, rows, refused }: TestItem): NotedItem => ({
  form,
  rows: rows.length,
  bytes: 0,
  ...(refused ? { refused } : {}),
});

const record = (values: readonly unknown[]) => Object.fromEntries(names.map((name, i) => [name, values[i]]));

/** What the items must be answered, when `rows` rows are settled. */
function expected(items: readonly TestItem[], settled: number): unknown[] {
  let row = 0;
  return items.map(({ form, rows, refused }) => {
    row += rows.length;
    if (row > settled) return JSON.parse(failedAnswer('')) as unknown;
    const failed = rows.findIndex((one) => 'message' in one);
    const failures = rows.filter((one) => 'message' in one).length;
    const answer = { ...(JSON.parse(failedAnswer('')) as object) };
    if (refused) return { ...answer, errorMessage: `column 'hp' is missing` };
    if (failed >= 0) {
      const { message } = rows[failed] as { message: string };
      const more = failures > 1 ? `; and ${failures - 1} more` : '';
      const said = `column 'hp': ${message} (ROW_VALUE)`;
      return { ...answer, errorMessage: form === 'frame' ? `row ${failed}: ${said}${more}` : said };
    }
    const values = rows.map((one) => record((one as { values: unknown[] }).values));
    const outputs =
      form === 'values'
        ? values[0]
        : { outputData: Object.fromEntries(names.map((name) => [name, values.map((one) => one[name])])) };
    return { ...answer, success: true, outputParameters: outputs };
  });
}

function answersOf(items: readonly TestItem[], settled: number, mostBytes?: number): Uint8Array {
  const stored = new BatchItems(storedItems(items.map(noted)));
  const done = stored.within(settled);
  const answers = new ItemAnswers(
    { items: stored, done, resultColumns: names, placeholder: failedAnswer(''), tooLarge },
    mostBytes,
  );
  let row = 0;
  const endRow = stored.at(done - 1)?.endRow ?? 0;
  for (const one of items.flatMap(({ rows }) => rows)) {
    if (row++ >= endRow) break;
    if ('message' in one) {
      answers.error(JSON.stringify({ input: 'body', code: 'ROW_VALUE', column: 'hp', message: one.message }));
    } else {
      const text = `..{${names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(one.values[i])}`).join(',')}}\n`;
      const bytes = utf8(text);
      answers.row(bytes, 2, bytes.length - 1);
    }
  }
  return answers.finish();
}

test('entry i is item i, whatever is settled, and rows come back in the form of their item', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), fc.nat({ max: 12 }), (items, some) => {
      const rows = items.reduce((sum, one) => sum + one.rows.length, 0);
      const settled = Math.min(some, rows);
      const wanted = JSON.parse(JSON.stringify(expected(items, settled))) as unknown;
      assert.deepEqual(JSON.parse(Buffer.from(answersOf(items, settled)).toString()), wanted);
    }),
    { numRuns: 2000 },
  );
});

test('values keep their digits', () => {
  const items = new BatchItems(storedItems([{ form: 'frame', rows: 2, bytes: 0 }]));
  const answers = new ItemAnswers({
    items,
    done: 1,
    resultColumns: ['a', 'b'],
    placeholder: '',
    tooLarge,
  });
  for (const row of ['{"a":9007199254740993,"b":-0}', '{"a":1.50,"b":[1e2,{"b":"]"}]}'])
    answers.row(utf8(row), 0, row.length);
  const text = Buffer.from(answers.finish()).toString();
  assert.ok(text.includes('{"outputData":{"a":[9007199254740993,1.50],"b":[-0,[1e2,{"b":"]"}]]}}'), text);
  assert.ok(parseBytes(utf8(text)));
});

test('a value that is no value of a row is that of a frame of one row, and of no other', () => {
  const frame = (rows: number): NotedItem => ({ form: 'frame', rows, bytes: 0 });
  const items = new BatchItems(storedItems([frame(1), frame(2), frame(1)]));
  const answers = new ItemAnswers({
    items,
    done: 3,
    resultColumns: ['a', 'b'],
    placeholder: '',
    tooLarge,
  });
  for (const row of ['{"a": [1,"x"],"b":2}', '{"a": 3,"b":4}', '{"a": 5,"b":6}', '{"a":7,"b": "8"}'])
    answers.row(utf8(row), 0, row.length);
  const shown = JSON.parse(Buffer.from(answers.finish()).toString()) as Record<string, unknown>[];
  assert.deepEqual(
    shown.map(({ success, outputParameters }) => [success, outputParameters]),
    [
      [true, { outputData: { a: [1, 'x'], b: [2] } }],
      [false, {}],
      [true, { outputData: { a: [7], b: '8' } }],
    ],
  );
  assert.match(String(shown[1]?.errorMessage), /"a"/);
});

test('answers over the limit are refused, whether they are values, frames, failures or placeholders', () => {
  const long = { values: ['x'.repeat(1000), 1, 2] };
  const kinds: readonly (readonly [TestItem, settled: number])[] = [
    [{ form: 'values', rows: [long] }, 1],
    [{ form: 'frame', rows: Array.from({ length: 3 }, () => long) }, 3],
    [{ form: 'values', rows: [{ message: 'x'.repeat(1000) }] }, 1],
    [{ form: 'values', rows: [long] }, 0],
  ];
  for (const [one, settled] of kinds) {
    const items = Array.from({ length: 50 }, () => one);
    const most = settled === 0 ? 4000 : 20_000;
    expectFault(() => answersOf(items, settled * 50, most), { code: 'SCORE_ERR_BATCH_TOO_LARGE' });
    assert.ok(answersOf(items.slice(0, 2), settled * 2, most).length > 0);
  }
});
