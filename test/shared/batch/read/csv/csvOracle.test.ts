import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { TextLayout } from '../../../../../shared/batch/plan/plan.js';
import { firstRecords } from '../../../../../shared/batch/read/csv/csvText.js';
import { utf8 } from '../../../../support/bytes.js';
import { fc } from '../../../../support/property.js';
import { looseCharacters, looseText, properText } from './csvArbitraries.js';
import { commaText, readSegment, wholeSegment, type Outcome, type Reading } from './readCsv.js';

interface Oracle {
  readonly records: readonly (readonly string[])[];
  /** A quoted cell has no end. */
  readonly unclosed: boolean;
}

function parseAll(text: string, delimiter: string, quote: string | null): Oracle {
  const records: string[][] = [];
  try {
    parse(text, {
      delimiter,
      quote,
      escape: quote,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      onRecord: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
    return { records, unclosed: false };
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'CSV_QUOTE_NOT_CLOSED');
    return { records, unclosed: true };
  }
}

// 'bad' breaks the rule of the test's sink; NUL is left out: csv-parse lets it stand behind a closing quote
const characters = looseCharacters.filter((character) => character !== 'bad');
const loose = looseText(characters, 60);
const dialects = fc.constantFrom(
  { delimiter: ',', quote: '"' },
  { delimiter: '\t', quote: '"' },
  { delimiter: ',', quote: null },
);

function layoutOf({
  delimiter,
  quote,
}: {
  readonly delimiter: string;
  readonly quote: string | null;
}): TextLayout {
  return {
    ...commaText,
    delimiter: delimiter.charCodeAt(0),
    quote: quote === null ? -1 : quote.charCodeAt(0),
  };
}

test('records, cells and unclosed quotes are those of csv-parse with relax_quotes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.oneof(loose, properText(2)),
      dialects,
      (width, text, dialect) => {
        const oracle = parseAll(text, dialect.delimiter, dialect.quote);
        const header = Array.from({ length: width }, (_, i) => `c${i}`);
        const reading = readSegment(wholeSegment(utf8(text), header, layoutOf(dialect))) as Reading;
        assert.equal(reading.stop?.code, oracle.unclosed ? 'JOB_QUOTE_UNCLOSED' : undefined);
        assert.equal(reading.records.length, oracle.records.length);
        for (const [i, cells] of oracle.records.entries()) {
          const outcome = reading.records[i] as Outcome;
          if ('row' in outcome) {
            assert.deepEqual(outcome.joined, cells);
            assert.deepEqual(
              outcome.row.map((cell) => cell ?? ''),
              cells,
            );
          } else if (outcome.code === 'ROW_WIDTH') {
            assert.notEqual(cells.length, width);
            assert.ok(outcome.message.endsWith(`${width} cells as in the header, got ${cells.length}`));
          } else {
            // the one class that differs by decision: csv-parse takes text behind a closing quote into the cell
            assert.ok(outcome.code === 'ROW_QUOTE' || cells.includes('bad'));
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('the texts of first records are those of csv-parse', () => {
  fc.assert(
    fc.property(fc.oneof(loose, properText(3)), dialects, (text, dialect) => {
      const oracle = parseAll(text, dialect.delimiter, dialect.quote);
      const records = firstRecords(utf8(text), layoutOf(dialect), 1000);
      let count = 0;
      for (const cells of records) {
        if (!records.isStray) assert.deepEqual(cells, oracle.records[count]);
        count++;
      }
      assert.equal(count, oracle.records.length);
      assert.equal(records.stop?.code, oracle.unclosed ? 'JOB_QUOTE_UNCLOSED' : undefined);
    }),
    { numRuns: 2000 },
  );
});
