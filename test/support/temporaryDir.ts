import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

/** Where a clean-up step is hung up: a test, or a whole file (`fileCleanUp`). */
export interface CleanUp {
  after(step: () => void | Promise<void>): void;
}

/** Runs its steps after the last test of the file, the last one first; call it at the top of the file. */
export function fileCleanUp(): CleanUp {
  const steps: (() => void | Promise<void>)[] = [];
  after(async () => {
    for (const step of steps.reverse()) await step();
  });
  return {
    after: (step) => {
      steps.push(step);
    },
  };
}

/** A folder of its own that is removed at the end. */
export function temporaryDir(t: CleanUp): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'warmstart-test-'));
  t.after(() => {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  });
  return dir;
}
