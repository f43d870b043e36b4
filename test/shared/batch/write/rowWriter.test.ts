import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { ResultColumn } from '../../../../shared/batch/plan/plan.js';
import { csvHeader } from '../../../../shared/batch/write/csvHeader.js';
import { resultColumns } from '../../../../shared/batch/write/resultColumns.js';
import { openRowWriter, type BlockWriter, type RowWriter } from '../../../../shared/batch/write/rowWriter.js';
import { ScoringError } from '../../../../shared/errors/scoringError.js';
import type { Signature } from '../../../../shared/models/signature.js';
import type { NamedTensors } from '../../../../shared/protocols/codec.js';
import { encodeColumns } from '../../../../shared/protocols/columns/encodeColumns.js';
import { fc } from '../../../support/property.js';
import { rowsTensor, signatureOf } from './signatureOf.js';

interface Setting {
  readonly format: 'csv' | 'jsonLines';
  readonly models: readonly Signature[];
  readonly join?: readonly ResultColumn[];
  readonly spreadsheetSafe?: boolean;
}

function open({ format, models, join = [], spreadsheetSafe = false }: Setting): RowWriter {
  const columns = resultColumns(models, join, format);
  return openRowWriter({ format, columns, models, joinCount: join.length, spreadsheetSafe });
}

function appendAll(block: BlockWriter, rows: number): void {
  for (let row = 0; row < rows; row++) block.row(row, []);
}

const finished = async (writer: RowWriter) => Buffer.from(await writer.finish()).toString();

/** All rows of one run of one model without joins. */
async function written(format: Setting['format'], model: Signature, outputs: NamedTensors, rows: number) {
  const writer = open({ format, models: [model] });
  appendAll(writer.block(0, outputs, rows), rows);
  return finished(writer);
}

const text = (name: string): ResultColumn => ({ name, kind: 'text' });

const everyKind = signatureOf(
  { name: 'f' },
  { name: 'd', datatype: 'FP64' },
  { name: 'h', datatype: 'FP16' },
  { name: 'n', datatype: 'INT64', shape: [-1, 1] },
  { name: 'u', datatype: 'UINT64' },
  { name: 'b', datatype: 'BOOL' },
  { name: 't', datatype: 'BYTES' },
  { name: 'p', shape: [-1, 2], labels: ['no', 'yes'] },
  { name: 'k', shape: [-1, 2], datatype: 'INT8' },
  { name: 'a', shape: [-1, -1, 2] },
  { name: 'w', shape: [-1, -1], datatype: 'BYTES' },
);

const everyOutput: NamedTensors = {
  f: rowsTensor('FP32', Float32Array.of(0.1, NaN)),
  d: rowsTensor('FP64', Float64Array.of(-0, -Infinity)),
  h: rowsTensor('FP16', Uint16Array.of(0x3c00, 0x7c00)),
  n: rowsTensor('INT64', BigInt64Array.of(2n ** 53n + 1n, -1n), 1),
  u: rowsTensor('UINT64', BigUint64Array.of(2n ** 64n - 1n, 0n)),
  b: rowsTensor('BOOL', Uint8Array.of(1, 0)),
  t: rowsTensor('BYTES', ['a,"b"', 'line\nfeed']),
  p: rowsTensor('FP32', Float32Array.of(0.25, 0.75, 1, 0), 2),
  k: rowsTensor('INT8', Int8Array.of(1, -2, 3, 4), 2),
  a: rowsTensor('FP32', Float32Array.of(1, 2, 3, 4, 5, 6, 7, NaN), 2, 2),
  w: rowsTensor('BYTES', ['é', '"', ',', ''], 2),
};

test('every datatype has its form in CSV', async () => {
  const columns = resultColumns([everyKind], [], 'csv');
  assert.equal(
    Buffer.from(csvHeader(columns, { spreadsheetSafe: false })).toString(),
    'f,d,h,n,u,b,t,p.no,p.yes,k.0,k.1,a,w\n',
  );
  assert.equal(
    await written('csv', everyKind, everyOutput, 2),
    [
      '0.1,-0,1,9007199254740993,18446744073709551615,true,"a,""b""",0.25,0.75,1,-2,"[[1,2],[3,4]]","[""é"",""\\""""]"\n',
      'NaN,-Infinity,Infinity,-1,0,false,"line\nfeed",1,0,3,4,"[[5,6],[7,null]]","["","",""""]"\n',
    ].join(''),
  );
});

test('every datatype has its form in JSON Lines', async () => {
  assert.equal(
    await written('jsonLines', everyKind, everyOutput, 2),
    [
      '{"f":0.1,"d":-0,"h":1,"n":9007199254740993,"u":18446744073709551615,"b":true,"t":"a,\\"b\\"","p.no":0.25,"p.yes":0.75,"k":[1,-2],"a":[[1,2],[3,4]],"w":["é","\\""]}\n',
      '{"f":null,"d":null,"h":null,"n":-1,"u":0,"b":false,"t":"line\\nfeed","p.no":1,"p.yes":0,"k":[3,4],"a":[[5,6],[7,null]],"w":[",",""]}\n',
    ].join(''),
  );
});

test('JSON Lines hold what the column protocols answer', () => {
  const output = fc.record({
    f: fc.float32Array({ minLength: 3, maxLength: 3 }),
    t: fc.array(fc.string({ unit: 'binary' }), { minLength: 3, maxLength: 3 }),
    p: fc.float32Array({ minLength: 6, maxLength: 6 }),
    k: fc.float64Array({ minLength: 6, maxLength: 6 }),
  });
  const model = signatureOf(
    { name: 'f', column: 'score "1"' },
    { name: 't', datatype: 'BYTES' },
    { name: 'p', shape: [-1, 2], labels: ['é', '1'] },
    { name: 'k', datatype: 'FP64', shape: [-1, 2] },
  );
  return fc.assert(
    fc.asyncProperty(output, async ({ f, t, p, k }) => {
      const outputs = {
        f: rowsTensor('FP32', f),
        t: rowsTensor('BYTES', t),
        p: rowsTensor('FP32', p, 2),
        k: rowsTensor('FP64', k, 2),
      };
      const columns = encodeColumns(outputs, 3, model);
      const rows = [0, 1, 2].map(
        (row) => `{${columns.map(({ name, cell }) => `${JSON.stringify(name)}:${cell(row)}`).join(',')}}\n`,
      );
      assert.equal(await written('jsonLines', model, outputs, 3), rows.join(''));
    }),
  );
});

test('CSV is read back by a strict parser to the same cells', () => {
  const cells = fc.array(
    fc.tuple(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', "'", 'a', ' ') }),
      fc.float(),
    ),
  );
  const model = signatureOf({ name: 't', datatype: 'BYTES' }, { name: 'f' });
  return fc.assert(
    fc.asyncProperty(cells, async (rows) => {
      const writer = open({ format: 'csv', models: [model], join: [text('id')] });
      const outputs = {
        t: rowsTensor(
          'BYTES',
          rows.map(([, cell]) => cell),
        ),
        f: rowsTensor(
          'FP32',
          Float32Array.from(rows, ([, , value]) => value),
        ),
      };
      const block = writer.block(0, outputs, rows.length);
      rows.forEach(([id], row) => {
        block.row(row, [id]);
      });
      const back = parse(await finished(writer));
      assert.deepEqual(
        back.map(([id, cell]) => [id, cell]),
        rows.map(([id, cell]) => [id, cell]),
      );
      assert.deepEqual(
        back.map((row) => Math.fround(Number(row[2]))),
        rows.map(([, , value]) => value),
      );
    }),
  );
});

test('rows of several models come in the order in which they are appended', () => {
  const models = [signatureOf({ name: 'a' }, { name: 'b' }), signatureOf({ name: 'c' }, { name: 'b' })];
  const order = fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 50 });
  return fc.assert(
    fc.asyncProperty(order, fc.constantFrom('csv', 'jsonLines'), async (turns, format) => {
      const writer = open({ format, models, join: [text('model')] });
      const count = turns.length;
      const values = (from: number) =>
        rowsTensor(
          'FP32',
          Float32Array.from({ length: count }, (_, i) => from + i),
        );
      const blocks = [
        writer.block(0, { a: values(0), b: values(1000) }, count),
        writer.block(1, { c: values(2000), b: values(3000) }, count),
      ];
      const next = [0, 0];
      const expected = turns.map((model) => {
        const index = next[model] as number;
        next[model] = index + 1;
        blocks[model]?.row(index, [`m${model}`]);
        if (format === 'csv')
          return model === 0 ? `m0,${index},${1000 + index},\n` : `m1,,${3000 + index},${2000 + index}\n`;
        return model === 0
          ? `{"model":"m0","a":${index},"b":${1000 + index}}\n`
          : `{"model":"m1","c":${2000 + index},"b":${3000 + index}}\n`;
      });
      // keys of JSON follow the columns of the result, in which b stands before c
      const rows = expected.map((row) => row.replace(/("c":\d+),("b":\d+)/, '$2,$1'));
      assert.equal(await finished(writer), rows.join(''));
    }),
  );
});

test('blocks of later runs follow those of earlier ones', async () => {
  const model = signatureOf({ name: 'y' });
  const writer = open({ format: 'csv', models: [model] });
  for (let run = 0; run < 3; run++) {
    appendAll(writer.block(0, { y: rowsTensor('FP32', Float32Array.of(run, run + 0.5)) }, 2), 2);
  }
  assert.equal(await finished(writer), '0\n0.5\n1\n1.5\n2\n2.5\n');
});

test('texts that a spreadsheet would run get a quote in front, plain numbers do not', async () => {
  const cells = ['=1+1', '+1+1', '-x', '@a', '\tb', '\rc', '-1.5', '+4E-2', '1=1', ''];
  const model = signatureOf({ name: 'y', datatype: 'BYTES' }, { name: 'n' });
  const outputs = {
    y: rowsTensor('BYTES', cells),
    n: rowsTensor('FP32', new Float32Array(cells.length).fill(-1)),
  };
  const writer = open({ format: 'csv', models: [model], spreadsheetSafe: true });
  appendAll(writer.block(0, outputs, cells.length), cells.length);
  assert.equal(
    await finished(writer),
    "'=1+1,-1\n'+1+1,-1\n'-x,-1\n'@a,-1\n'\tb,-1\n\"'\rc\",-1\n-1.5,-1\n+4E-2,-1\n1=1,-1\n,-1\n",
  );
  const header = csvHeader([text('=a'), text('b')], { spreadsheetSafe: true });
  assert.equal(Buffer.from(header).toString(), "'=a,b\n");
});

test('an empty text that is alone in its row stands in quotes, as readers skip empty lines', async () => {
  const model = signatureOf({ name: 'y', datatype: 'BYTES' });
  assert.equal(await written('csv', model, { y: rowsTensor('BYTES', ['', 'a']) }, 2), '""\na\n');
});

test('joined values of JSON and Parquet inputs keep their type', async () => {
  const joined = ['a"b', 2n ** 60n, -0, true, null, undefined, { x: [1n, 'é', null] }, new Date(0), NaN];
  const join = joined.map((_, i): ResultColumn => ({ name: `j${i}`, kind: 'json' }));
  const model = signatureOf({ name: 'y' });
  const lines = { json: '', csv: '' };
  for (const [key, format] of [
    ['json', 'jsonLines'],
    ['csv', 'csv'],
  ] as const) {
    const writer = open({ format, models: [model], join });
    writer.block(0, { y: rowsTensor('FP32', Float32Array.of(1)) }, 1).row(0, joined);
    lines[key] = await finished(writer);
  }
  assert.equal(
    lines.json,
    '{"j0":"a\\"b","j1":1152921504606846976,"j2":-0,"j3":true,"j4":null,"j5":null,"j6":{"x":[1,"é",null]},"j7":"1970-01-01T00:00:00.000Z","j8":null,"y":1}\n',
  );
  assert.equal(
    lines.csv,
    '"a""b",1152921504606846976,-0,true,,,"{""x"":[1,""é"",null]}",1970-01-01T00:00:00.000Z,NaN,1\n',
  );
});

test('an output without rows is repeated, one of unknown rank is taken by row where it has rows', async () => {
  const model = signatureOf({ name: 'bias', shape: [2] }, { name: 'u', shape: [] }, { name: 'v', shape: [] });
  const outputs = {
    bias: rowsTensor('FP32', Float32Array.of(1, 2)),
    u: rowsTensor('FP32', Float32Array.of(3, 4, 5)),
    v: { datatype: 'FP32', shape: [], data: Float32Array.of(6) },
  } as const;
  assert.equal(await written('csv', model, outputs, 3), '"[1,2]",3,6\n"[1,2]",4,6\n"[1,2]",5,6\n');
  const line = (u: number) => `{"bias": [1,2],"u":${u},"v": 6}\n`;
  assert.equal(await written('jsonLines', model, outputs, 3), line(3) + line(4) + line(5));
});

test('a row keeps the dimensions that its output declares, also where they happen to be 1', async () => {
  const model = signatureOf(
    { name: 'any', shape: [-1, -1, -1] },
    { name: 'half', shape: [-1, -1, 1] },
    { name: 'ones', shape: [-1, 1, 1] },
    { name: 'none', shape: [] },
  );
  const one = (...rowShape: number[]) => rowsTensor('FP32', Float32Array.of(1, 2), ...rowShape);
  const outputs = { any: one(1, 1), half: one(1, 1), ones: one(1, 1), none: one(1, 1) };
  const columns = encodeColumns(outputs, 2, model);
  const row = (at: number) => `{${columns.map(({ name, cell }) => `"${name}":${cell(at)}`).join(',')}}\n`;
  const text = await written('jsonLines', model, outputs, 2);
  assert.equal(
    text,
    '{"any":[[1]],"half":[[1]],"ones":1,"none":1}\n{"any":[[2]],"half":[[2]],"ones":2,"none":2}\n',
  );
  assert.equal(text, row(0) + row(1));
});

test('an output that does not have the declared values per row is a failed run', () => {
  const model = signatureOf({ name: 'p', shape: [-1, -1], labels: ['a', 'b'] });
  const cases: [NamedTensors, RegExp][] = [
    [{ p: rowsTensor('FP32', new Float32Array(6), 3) }, /'p': expected 2 values per row, got 3/],
    [{ p: rowsTensor('FP32', new Float32Array(6), 2) }, /'p': expected 2 rows, got 3/],
    [
      { p: { datatype: 'FP32', shape: [], data: new Float32Array(1) } },
      /'p': expected 2 rows, got a single value/,
    ],
    [{}, /'p': expected values, got none/],
  ];
  for (const format of ['csv', 'jsonLines', 'parquet'] as const) {
    const columns = resultColumns([model], [], format);
    const writer = openRowWriter({ format, columns, models: [model], joinCount: 0, spreadsheetSafe: false });
    for (const [outputs, message] of cases) {
      assert.throws(
        () => writer.block(0, outputs, 2),
        (error) =>
          error instanceof ScoringError &&
          error.code === 'SCORE_ERR_RUN_FAILED' &&
          message.test(error.message),
      );
    }
  }
});
