import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/project.js';

/** The blocks of a language on a page of docs/, in order. */
export function docsBlocks(page: string, language: string): readonly string[] {
  const text = readFileSync(path.join(projectRoot, 'docs', page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, found, block = '']) =>
    found === language ? [block] : [],
  );
}

/** What the two programs of docs/machine-learning-server.md write, besides lines such as `3 of 32`. */
const writtenLines: readonly RegExp[] = [
  /^one car: 0\.64\d+$/,
  /^Complete 32$/,
  /^second car: 0\.40\d+$/,
  /^answer\.csv \d+$/,
  /^explanation\.json \d+$/,
  /^\[ ?'.*answer\.csv' ?\]$/,
  /^queued: true$/i,
  /^after the cancel: false$/i,
];

/** Checks the output of one of them. */
export function checkWritten(output: string): void {
  const lines = output.trimEnd().split('\n');
  const figures = lines.filter((line) => !/^\d+ of 32$/.test(line));
  assert.equal(figures.length, writtenLines.length, output);
  for (const [at, line] of writtenLines.entries()) assert.match(figures[at] as string, line);
}
