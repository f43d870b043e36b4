import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { ArtifactSource } from '../../../shared/artifacts/artifactSource.js';
import { writeCsv } from '../../../shared/artifacts/writeCsv.js';
import type { Signature } from '../../../shared/models/signature.js';
import type { Tensor } from '../../../shared/tensors/datatypes.js';
import { expectFault } from '../../support/expectFault.js';
import { fc } from '../../support/property.js';
import { column, featuresOf, output, tensorsOf, tensorSpec } from '../../support/signatures.js';

const fp32 = (shape: readonly number[], ...values: number[]): Tensor => ({
  datatype: 'FP32',
  shape,
  data: new Float32Array(values),
});
const texts = (...values: string[]): Tensor => ({ datatype: 'BYTES', shape: [values.length], data: values });

const textOf = (source: ArtifactSource) => new TextDecoder().decode(writeCsv(source).bytes);
/** The lines as a strict reader of RFC 4180 sees them. */
const linesOf = (source: ArtifactSource): string[][] => parse(textOf(source));

test('a line has the inputs and the outputs of a row, wide and labelled ones in columns of their own', () => {
  const signature: Signature = {
    ...featuresOf('FP32', column('hp'), column('wt')),
    outputs: [
      output(tensorSpec('answer', 'FP32', -1)),
      output(tensorSpec('p', 'FP32', -1, 2), { labels: ['no', 'yes'] }),
      output(tensorSpec('q', 'INT64', -1, 2)),
    ],
  };
  const source: ArtifactSource = {
    signature,
    rowCount: 2,
    feeds: { x: fp32([2, 2], 110, 2.62, 0.1, NaN) },
    outputs: {
      answer: fp32([2], 0.5, NaN),
      p: fp32([2, 2], 0.1, 0.9, 1, 0),
      q: { datatype: 'INT64', shape: [2, 2], data: new BigInt64Array([1n, 2n ** 60n, -3n, 4n]) },
    },
  };
  assert.equal(
    textOf(source),
    'hp,wt,answer,p.no,p.yes,q.0,q.1\n110,2.62,0.5,0.1,0.9,1,1152921504606846976\n0.1,,NaN,1,0,-3,4\n',
  );
});

test('columns that are tensors are written by their type, arrays as JSON', () => {
  const inputs = [
    tensorSpec('flag', 'BOOL', -1),
    tensorSpec('id', 'UINT64', -1, 1),
    tensorSpec('name', 'BYTES', -1),
    tensorSpec('image', 'FP32', -1, 2, 2),
    tensorSpec('words', 'BYTES', -1, 2),
  ];
  const source: ArtifactSource = {
    signature: tensorsOf(inputs),
    rowCount: 1,
    feeds: {
      flag: { datatype: 'BOOL', shape: [1], data: new Uint8Array([1]) },
      id: { datatype: 'UINT64', shape: [1, 1], data: new BigUint64Array([2n ** 64n - 1n]) },
      name: texts('a,"b"\r\nc'),
      image: fp32([1, 2, 2], 1, 2, NaN, 4),
      words: { datatype: 'BYTES', shape: [1, 2], data: ['x"y', ''] },
    },
    outputs: { y: fp32([1], 1) },
  };
  assert.deepEqual(linesOf(source), [
    ['flag', 'id', 'name', 'image', 'words', 'y'],
    ['true', '18446744073709551615', 'a,"b"\r\nc', '[[1,2],[null,4]]', '["x\\"y",""]', '1'],
  ]);
});

test('an output without rows is repeated, and an input with the name of an output is told apart', () => {
  const signature = tensorsOf(
    [tensorSpec('y', 'FP32', -1)],
    [column('y')],
    [output(tensorSpec('y', 'FP32', -1)), output(tensorSpec('total', 'FP32', 1))],
  );
  const source = {
    signature,
    rowCount: 2,
    feeds: { y: fp32([2], 1, 2) },
    outputs: { y: fp32([2], 3, 4), total: fp32([1], 7) },
  };
  assert.deepEqual(linesOf(source), [
    ['input.y', 'y', 'total'],
    ['1', '3', '[7]'],
    ['2', '4', '[7]'],
  ]);
});

/** A model that gives back a text. */
function echo(values: readonly string[], name = 'text'): ArtifactSource {
  const signature = tensorsOf(
    [tensorSpec('text', 'BYTES', -1)],
    [column('text', 'character')],
    [output(tensorSpec('out', 'BYTES', -1), { column: name })],
  );
  return {
    signature,
    rowCount: values.length,
    feeds: { text: texts(...values) },
    outputs: { out: texts(...values) },
  };
}

test('texts that a spreadsheet would run get a quote in front, in headers too', () => {
  const values = ['=1+1', '+cmd', '-2', '-x', '@sum', '\tx', '\rx', 'a=b'];
  const [header, ...rows] = linesOf(echo(values, '=out'));
  assert.deepEqual(header, ['text', "'=out"]);
  const safe = ["'=1+1", "'+cmd", '-2', "'-x", "'@sum", "'\tx", "'\rx", 'a=b'];
  assert.deepEqual(
    rows,
    safe.map((text) => [text, text]),
  );
});

test('any texts come back as they were, but for the quote in front of formulas', () => {
  const anyTexts = fc.array(fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()));
  fc.assert(
    fc.property(anyTexts, (values) => {
      const [header, ...rows] = linesOf(echo(values, 'out'));
      assert.deepEqual(header, ['text', 'out']);
      assert.equal(rows.length, values.length);
      for (const [i, [first, second]] of rows.entries()) {
        assert.equal(first, second);
        assert.ok(first === values[i] || first === `'${values[i]}`);
        assert.doesNotMatch(first ?? '', /^(?:[=@\t\r]|[+-](?!\d))/);
      }
    }),
  );
});

test('any numbers come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })), (values) => {
      const signature = tensorsOf([tensorSpec('x', 'FP32', -1)]);
      const tensor = fp32([values.length], ...values);
      const rows = linesOf({
        signature,
        rowCount: values.length,
        feeds: { x: tensor },
        outputs: { y: tensor },
      });
      const back = rows.slice(1).map(([x, y]) => [Math.fround(Number(x)), Math.fround(Number(y))]);
      assert.deepEqual(
        back,
        values.map((value) => [value, value]),
      );
    }),
  );
});

test('a table over the limit is refused by name', () => {
  const wide = 'x'.repeat(2 ** 20);
  expectFault(() => writeCsv(echo(new Array<string>(7).fill(wide))), {
    code: 'SCORE_ERR_ARTIFACT_TOO_LARGE',
    message: 'over 12 MiB',
  });
});
