import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { shippedModelsDir } from './project.js';

interface ExpectedTensor {
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
  /** Classes of a ZipMap. */
  readonly labels?: readonly string[];
}

/** Rows with the outputs that ONNX Runtime gives for them in Python. */
export interface ExpectedRows {
  readonly name: string;
  readonly version: string;
  readonly rowCount: number;
  /** Values by column, one per row. */
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
  readonly outputs: Readonly<Record<string, ExpectedTensor>>;
}

/** The expected rows of every model that ships. */
export function allExpectedRows(): ExpectedRows[] {
  const found: ExpectedRows[] = [];
  for (const name of readdirSync(shippedModelsDir)) {
    for (const version of readdirSync(path.join(shippedModelsDir, name))) {
      const rows = readJson(path.join(shippedModelsDir, name, version, 'expected.json')) as ExpectedRows;
      found.push({ ...rows, name, version });
    }
  }
  return found;
}

interface StatedOutputs {
  readonly outputs?: readonly { tensor: string; name?: string; labels?: readonly string[] }[];
}

/** A column of an answer. */
export interface ExpectedColumn {
  /** One per row. */
  readonly values: readonly unknown[];
  /** Labels and whole numbers are; other numbers may differ a little. */
  readonly exact: boolean;
}

/** The columns that the consumption answer must have. */
export function answerColumns({
  name,
  version,
  rowCount,
  outputs,
}: ExpectedRows): Record<string, ExpectedColumn> {
  const file = path.join(shippedModelsDir, name, version, 'model.json');
  const facts = existsSync(file) ? (readJson(file) as StatedOutputs) : {};
  const columns: Record<string, ExpectedColumn> = {};
  for (const [tensor, { datatype, shape, data, labels: classes }] of Object.entries(outputs)) {
    const stated = facts.outputs?.find((one) => one.tensor === tensor);
    const column = stated?.name ?? tensor;
    const exact = !datatype.startsWith('FP');
    const width = shape[1] ?? 1;
    const labels = classes ?? stated?.labels;
    if (!labels) {
      assert.equal(width, 1, `${name}: output ${tensor} is wider than a column`);
      columns[column] = { values: data, exact };
      continue;
    }
    for (const [i, label] of labels.entries()) {
      const values = Array.from({ length: rowCount }, (_, row) => data[row * width + i]);
      columns[`${column}.${label}`] = { values, exact };
    }
  }
  return columns;
}

/** Numbers with a fraction may differ by 1e-5 (relative above 1); labels and integers are exact. */
export function assertSame(actual: unknown, expected: unknown, exact: boolean, where: string): void {
  if (!exact && typeof actual === 'number' && typeof expected === 'number') {
    const difference = Math.abs(actual - expected);
    assert.ok(difference <= 1e-5 * Math.max(1, Math.abs(expected)), `${where}: ${actual} is not ${expected}`);
  } else assert.equal(actual, expected, where);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
