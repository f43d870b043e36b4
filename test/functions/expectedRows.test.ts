import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  allExpectedRows,
  answerColumns,
  assertSame,
  type ExpectedColumn,
  type ExpectedRows,
} from '../support/expectedRows.js';
import { jsonOf, send } from '../support/http.js';
import { shippedModelsDir } from '../support/project.js';
import { startApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';

interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

interface Metadata {
  readonly inputs: readonly TensorMetadata[];
  readonly columns: readonly { readonly name: string }[];
}

const file = fileCleanUp();
const models = allExpectedRows();
let url = '';

before(async () => {
  ({ url } = await startApp(file, shippedModelsDir));
});

test('all models that ship have expected rows', () => {
  const named = models.map(({ name, version, rowCount }) => `${name} ${version} ${rowCount}`);
  assert.deepEqual(named.sort(), [
    'diabetes 1.0.0 20',
    'digits 1.0.0 20',
    'penguins 1.0.0 20',
    'penguins 2.0.0 20',
    'transmission 1.0.0 20',
    'transmissionByCar 1.0.0 20',
    'wine 1.0.0 20',
  ]);
});

function checkColumns(actual: unknown, expected: Record<string, ExpectedColumn>, row?: number): void {
  const columns = actual as Record<string, unknown>;
  assert.deepEqual(Object.keys(columns).sort(), Object.keys(expected).sort());
  for (const [name, { values, exact }] of Object.entries(expected)) {
    if (row !== undefined) assertSame(columns[name], values[row], exact, `${name}, row ${row}`);
    else {
      const answered = columns[name] as unknown[];
      assert.equal(answered.length, values.length);
      for (const [i, value] of values.entries()) assertSame(answered[i], value, exact, `${name}, row ${i}`);
    }
  }
}

/** The tensors of a V2 request, from columns. */
function tensorsFrom(
  { columns, rowCount }: ExpectedRows,
  { inputs, columns: order }: Metadata,
  nested: boolean,
) {
  const cell = (value: unknown, datatype: string) => (value === null && datatype === 'BYTES' ? '' : value);
  const [first] = inputs;
  if (first && order.length > 1 && inputs.length === 1) {
    const rows = Array.from({ length: rowCount }, (_, row) => order.map(({ name }) => columns[name]?.[row]));
    return [{ ...first, shape: [rowCount, order.length], data: nested ? rows : rows.flat() }];
  }
  return inputs.map((input) => {
    const values = (columns[input.name] ?? []).map((value) => cell(value, input.datatype));
    const shape = [rowCount, ...input.shape.slice(1)];
    const flat = values.flat(Infinity);
    const deep = input.shape.length === 2 ? values.map((value) => [value]) : values;
    return { name: input.name, datatype: input.datatype, shape, data: nested ? deep : flat };
  });
}

for (const model of models) {
  const { name, version, columns, outputs, rowCount } = model;
  const title = `${name} ${version}`;
  const apiUrl = () => `${url}/api/${name}/${version}`;

  test(`${title}: all rows as one frame through /api`, async () => {
    const answer = jsonOf(await send(apiUrl(), { body: { inputData: columns } }));
    assert.deepEqual(
      { ...answer, outputParameters: undefined },
      {
        success: true,
        errorMessage: '',
        outputParameters: undefined,
        outputFiles: {},
        consoleOutput: '',
        changedFiles: [],
      },
    );
    checkColumns((answer.outputParameters as { outputData: unknown }).outputData, answerColumns(model));
  });

  test(`${title}: each row as values through /api`, async () => {
    const expected = answerColumns(model);
    for (let row = 0; row < rowCount; row++) {
      const body = Object.fromEntries(
        Object.entries(columns).map(([column, values]) => [column, values[row]]),
      );
      checkColumns(jsonOf(await send(apiUrl(), { body })).outputParameters, expected, row);
    }
  });

  test(`${title}: all rows as tensors through /v2, flat and nested`, async () => {
    const metadata = jsonOf(
      await send(`${url}/v2/models/${name}/versions/${version}`),
    ) as unknown as Metadata;
    for (const nested of [false, true]) {
      const body = { id: title, inputs: tensorsFrom(model, metadata, nested) };
      const answer = jsonOf(await send(`${url}/v2/models/${name}/versions/${version}/infer`, { body }));
      assert.deepEqual([answer.model_name, answer.model_version, answer.id], [name, version, title]);
      const answered = answer.outputs as (TensorMetadata & { data: unknown[] })[];
      assert.deepEqual(answered.map((output) => output.name).sort(), Object.keys(outputs).sort());
      for (const { name: output, datatype, shape, data } of answered) {
        const expected = outputs[output];
        assert.ok(expected);
        assert.deepEqual(
          [datatype, shape, data.length],
          [expected.datatype, expected.shape, expected.data.length],
        );
        const exact = !datatype.startsWith('FP');
        for (const [i, value] of expected.data.entries()) assertSame(data[i], value, exact, `${output} ${i}`);
      }
    }
  });
}
