import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputRows } from '../../../shared/artifacts/outputRows.js';
import {
  barAreaWidth,
  mostChartBars,
  mostChartRows,
  writeChart,
} from '../../../shared/artifacts/writeChart.js';
import { fc } from '../../support/property.js';
import { output, tensorSpec } from '../../support/signatures.js';
import { elementsOf, readXml } from './readXml.js';

function outputOf(
  labels: readonly string[],
  rows: readonly (readonly number[])[],
  column = 'probability',
): OutputRows {
  return {
    spec: output(tensorSpec('p', 'FP64', -1, labels.length), { labels, column }),
    tensor: { datatype: 'FP64', shape: [rows.length, labels.length], data: new Float64Array(rows.flat()) },
    rows: rows.length,
    itemShape: [labels.length],
  };
}

/** The chart as a document. */
function chartOf(one: OutputRows) {
  const { bytes, note } = writeChart(one);
  assert.ok(bytes, note);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const root = readXml(text);
  const bars = elementsOf(root, 'g').map((group) => ({
    title: group.children.find(({ name }) => name === 'title')?.text,
    label: group.children.find(({ name }) => name === 'text')?.text,
    width: Number(group.children.find(({ name }) => name === 'rect')?.attributes.width),
  }));
  return { root, bars, note, text };
}

test('each class has a bar as long as its probability, in the order of the labels', () => {
  const { bars, root, note } = chartOf(outputOf(['no', 'yes'], [[0.25, 0.75]]));
  assert.deepEqual(bars, [
    { title: 'no: 0.25', label: 'no', width: barAreaWidth * 0.25 },
    { title: 'yes: 0.75', label: 'yes', width: barAreaWidth * 0.75 },
  ]);
  assert.equal(note, undefined);
  assert.equal(root.name, 'svg');
  assert.deepEqual([root.attributes.xmlns, root.attributes.role], ['http://www.w3.org/2000/svg', 'img']);
});

test('somebody who does not see it hears what it shows', () => {
  const { root } = chartOf(
    outputOf(
      ['no', 'yes'],
      [
        [0.25, 0.75],
        [0.9, 0.1],
      ],
    ),
  );
  assert.deepEqual(
    root.children.slice(0, 2).map(({ name, text }) => [name, text]),
    [
      ['title', 'probability of 2 rows'],
      ['desc', 'Greatest value: row 0: yes 0.75; row 1: no 0.9'],
    ],
  );
});

test('of many rows the first ones are shown, and it is said', () => {
  const rows = Array.from({ length: mostChartRows + 5 }, () => [0.5, 0.5]);
  const { bars, note, text } = chartOf(outputOf(['a', 'b'], rows));
  assert.equal(bars.length, 2 * mostChartRows);
  assert.equal(note, 'shows the first 20 of 25 rows');
  assert.match(text, /<title>probability of the first 20 of 25 rows</);
});

test('of many classes the greatest ones are shown, and it is said', () => {
  const labels = Array.from({ length: 100 }, (_, i) => `c${i}`);
  const { bars, note } = chartOf(outputOf(labels, [labels.map((_, i) => (i === 50 ? NaN : i / 100))]));
  assert.deepEqual(
    bars.map(({ label }) => label),
    labels.toReversed().slice(0, mostChartBars),
  );
  assert.equal(note, 'shows the 30 greatest of 100 values per row');
});

test('values over 1 end the axis, those below 0 and NaN have no bar', () => {
  const { bars } = chartOf(outputOf(['a', 'b', 'c', 'd', 'e'], [[4, 2, -3, NaN, Infinity]]));
  assert.deepEqual(
    bars.map(({ title, width }) => [title, width]),
    [
      ['a: 4', barAreaWidth],
      ['b: 2', barAreaWidth / 2],
      ['c: -3', 0],
      ['d: NaN', 0],
      ['e: Infinity', barAreaWidth],
    ],
  );
});

test('NaN is never the greatest value', () => {
  const { root } = chartOf(outputOf(['a', 'b'], [[NaN, -1]]));
  assert.equal(root.children[1]?.text, 'Greatest value: b -1');
});

test('hostile labels stay text', () => {
  const labels = ['<script>alert(1)</script>', '"onload="x', "' & ]]>", '\u0000\u001b\ud800', '&lt;'];
  const { root, bars, text } = chartOf(outputOf(labels, [[0.1, 0.2, 0.3, 0.4, 0]], '</title><script>'));
  assert.deepEqual(elementsOf(root, 'script'), []);
  assert.doesNotMatch(text, /<script|onload="x"/);
  assert.deepEqual(
    bars.map(({ label }) => label),
    ['<script>alert(1)</script>', '"onload="x', "' & ]]>", '\ufffd\ufffd\ufffd', '&lt;'],
  );
});

test('a long label is cut beside its bar and whole in its title', () => {
  const label = '🙂'.repeat(60);
  const [bar] = chartOf(outputOf([label], [[1]])).bars;
  assert.equal(bar?.label, `${'🙂'.repeat(27)}…`);
  assert.equal(bar.title, `${label}: 1`);
});

test('any labels and values make a well-formed document without script', () => {
  const anyRows = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 40 }).chain((labels) =>
    fc
      .array(fc.array(fc.double(), { minLength: labels.length, maxLength: labels.length }), {
        maxLength: 30,
      })
      .map((rows) => ({ labels, rows })),
  );
  fc.assert(
    fc.property(anyRows, fc.string({ unit: 'binary' }), ({ labels, rows }, column) => {
      const { root, bars } = chartOf(outputOf(labels, rows, column));
      for (const { width } of bars) assert.ok(width >= 0 && width <= barAreaWidth);
      assert.deepEqual(elementsOf(root, 'script'), []);
    }),
  );
});

test('an output without its labelled values makes no chart', () => {
  const whole = { ...outputOf(['a', 'b'], [[1, 2]]), rows: undefined };
  assert.equal(writeChart(whole).bytes, undefined);
  const other = { ...outputOf(['a', 'b'], [[1, 2]]), itemShape: [3] };
  assert.equal(writeChart(other).note, 'the output has not 2 values per row');
});
