import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { batchFaultCodes, errorCodes, statusOf, type ErrorCode } from '../../../shared/errors/codes.js';
import { projectRoot } from '../../support/project.js';

const contracts = ['warmstart', 'consumption', 'openInference'] as const;

/** Rows `| code | ... |` of the tables in docs/errors.md whose code has this form, by code. */
function rows(form: RegExp): Map<string, string[]> {
  const page = readFileSync(path.join(projectRoot, 'docs', 'errors.md'), 'utf8');
  const found = new Map<string, string[]>();
  for (const line of page.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const code = /^`(\w+)`$/.exec(cells[1] ?? '')?.[1];
    if (code === undefined || !form.test(code)) continue;
    assert.ok(!found.has(code), `${code} is listed twice`);
    found.set(code, cells.slice(2, -1));
  }
  return found;
}

test('docs/errors.md lists the codes of the registry in its order, and no others', () => {
  assert.deepEqual([...rows(/^SCORE_ERR_/).keys()], Object.keys(errorCodes));
});

test('docs/errors.md says status, title and remedy as the registry does', () => {
  for (const [code, cells] of rows(/^SCORE_ERR_/)) {
    const { title, remedy } = errorCodes[code as ErrorCode];
    const statuses = contracts.map((contract) => String(statusOf(code as ErrorCode, contract)));
    assert.deepEqual(cells, [...statuses, title, remedy], code);
  }
});

test('docs/errors.md lists why jobs fail and rows have no result, as the registry does', () => {
  const expected = Object.entries(batchFaultCodes).map(([code, { title, remedy }]) => [
    code,
    [title, remedy],
  ]);
  assert.deepEqual([...rows(/^(JOB|ROW|CHUNK)_/)], expected);
});
