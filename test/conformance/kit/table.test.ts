import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../../support/project.js';
import { parseDifferences } from './differences.js';
import { insertTable } from './table.js';

test('docs/local-host.md has the table of what the local host answers in another way than the recorded one', () => {
  const document = readFileSync(path.join(projectRoot, 'docs', 'local-host.md'), 'utf8');
  assert.equal(insertTable(document), document, 'npm run conformance -- --write');
});

test('the output of the kit is read case by case', () => {
  const printed = [
    'durable/a.json: only in recorded',
    'http/b  (two (2) words)  2 differences',
    '   steps[x].status',
    '     - 200',
    '     + 404',
    '   steps[y].body',
    '     - "a"',
    '     + (absent)',
    'http/c  (one)  1 difference',
    '   cutAfter',
    '     - (absent)',
    '     + "30 s"',
    '5 the same, 2 different, 1 only on one side',
  ].join('\n');
  assert.deepEqual(
    [...parseDifferences(printed)],
    [
      [
        'http/b',
        [
          { at: 'steps[x].status', recorded: '200', ours: '404' },
          { at: 'steps[y].body', recorded: '"a"', ours: '(absent)' },
        ],
      ],
      ['http/c', [{ at: 'cutAfter', recorded: '(absent)', ours: '"30 s"' }]],
    ],
  );
});
