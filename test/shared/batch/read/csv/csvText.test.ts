import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstRecords } from '../../../../../shared/batch/read/csv/csvText.js';
import { utf8 } from '../../../../support/bytes.js';
import { commaText } from './readCsv.js';

test('the first records come as texts, and the place of the next one with them', () => {
  const text = 'a,"b ""x"""\r\n\n1,\n2,é\n3,4\n';
  const records = firstRecords(utf8(text), commaText, 3);
  assert.equal(records.endOffset, 0);
  for (const header of records) {
    assert.deepEqual(header, ['a', 'b "x"']);
    assert.equal(records.endOffset, text.indexOf('\n') + 1);
    break;
  }
  assert.deepEqual(
    [...records],
    [
      ['1', ''],
      ['2', 'é'],
    ],
  );
  assert.equal(records.endOffset, utf8(text).length - 4);
  assert.deepEqual([...records], []);
});

test('a last record that the bytes cut is left out unless they are all of the text', () => {
  const bytes = utf8('a,b\n1,2');
  assert.deepEqual(
    [...firstRecords(bytes, commaText, 9)],
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  );
  const part = firstRecords(bytes, commaText, 9, false);
  assert.deepEqual([...part], [['a', 'b']]);
  assert.deepEqual([part.endOffset, part.stop], [4, undefined]);
  const open = firstRecords(utf8('a,b\n"1,2\n'), commaText, 9, false);
  assert.deepEqual([...open], [['a', 'b']]);
  assert.equal(open.stop, undefined);
});

test('what stands behind a closing quote is told and kept', () => {
  const records = firstRecords(utf8('a,b\n"1"x,2\n3,4'), commaText, 9);
  const seen: (string[] | boolean)[] = [];
  for (const cells of records) seen.push(cells, records.isStray);
  assert.deepEqual(seen, [['a', 'b'], false, ['"1"x', '2'], true, ['3', '4'], false]);
});

test('an unclosed quote ends the records with a stop', () => {
  const records = firstRecords(utf8('a,b\n1,"2\n3,4'), commaText, 9);
  assert.deepEqual([...records], [['a', 'b']]);
  assert.deepEqual([records.stop?.code, records.stop?.offset], ['JOB_QUOTE_UNCLOSED', 6]);
});

test('UTF-16 is read with places in its own bytes', () => {
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    const bytes = Buffer.from('é,😀\r\n1,2\n"', 'utf16le');
    if (encoding === 'utf-16be') bytes.swap16();
    const records = firstRecords(new Uint8Array(bytes), { ...commaText, encoding }, 9);
    const places: unknown[] = [];
    for (const cells of records) places.push(cells, records.endOffset);
    assert.deepEqual(places, [['é', '😀'], 12, ['1', '2'], 20]);
    assert.equal(records.stop?.offset, 20);
  }
});
