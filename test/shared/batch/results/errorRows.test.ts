import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordFault } from '../../../../shared/batch/read/recordReader.js';
import { finalErrorRows } from '../../../../shared/batch/results/errorRows.js';
import { fc } from '../../../support/property.js';

/** The line of a fault among the error rows of a part. */
const partErrorRow = (segment: number, { record, ...fault }: RecordFault) =>
  `${JSON.stringify({ segment, record, ...fault })}\n`;

const decoded = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('an error row names its row in the job and in its input', async () => {
  const part =
    partErrorRow(0, {
      record: 4,
      code: 'ROW_VALUE',
      column: 'age',
      message: 'expected a number',
      text: 'x',
    }) + partErrorRow(1, { record: 0, code: 'ROW_WIDTH', message: 'expected 3 cells, got 2' });
  const bases = [
    { row: 100, input: 'a.csv', inputRow: 100 },
    { row: 110, input: 'dir/"b".csv', inputRow: 0 },
  ];
  assert.equal(
    decoded(await finalErrorRows(Buffer.from(part), bases)),
    [
      '{"row":104,"input":"a.csv","inputRow":104,"code":"ROW_VALUE","column":"age","message":"expected a number","text":"x"}\n',
      '{"row":110,"input":"dir/\\"b\\".csv","inputRow":0,"code":"ROW_WIDTH","message":"expected 3 cells, got 2"}\n',
    ].join(''),
  );
});

test('any texts and places come through, in order', () => {
  const fault = fc.record(
    {
      record: fc.nat({ max: 5_000_000 }),
      code: fc.constantFrom('ROW_VALUE', 'ROW_MISSING'),
      column: fc.string({ unit: 'binary' }),
      message: fc.string({ unit: 'binary' }),
      text: fc.string({ unit: fc.constantFrom('"', '\n', '{', '}', ',', ':', '\\', 'é') }),
    },
    { requiredKeys: ['record', 'code', 'message'] },
  );
  const base = fc.record({
    row: fc.nat({ max: 2 ** 40 }),
    input: fc.string({ unit: 'binary' }),
    inputRow: fc.nat(),
  });
  return fc.assert(
    fc.asyncProperty(
      fc.array(base, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(), fault), { maxLength: 20 }),
      async (bases, faults) => {
        const placed = faults.map(([at, one]) => [at % bases.length, one] as const);
        const part = Buffer.from(placed.map(([segment, one]) => partErrorRow(segment, one)).join(''));
        const expected = placed.map(([segment, { record, ...rest }]) => {
          const { row, input, inputRow } = bases[segment] as (typeof bases)[0];
          return { row: row + record, input, inputRow: inputRow + record, ...rest };
        });
        const lines = (bytes: Uint8Array) =>
          decoded(bytes)
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line) as unknown);
        assert.deepEqual(lines(await finalErrorRows(part, bases)), expected);
      },
    ),
  );
});
