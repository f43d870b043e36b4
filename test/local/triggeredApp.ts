import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { app as libraryApp } from '@azure/functions';
import { attachApp, detachApp } from '../../local/core/coreModule.js';
import { FunctionApp } from '../../local/core/functionApp.js';
import { loadApp } from '../../local/core/loadApp.js';
import type { HostLog, LogLevel } from '../../local/log.js';
import { triggerOf, type TriggeredFunction } from '../../local/triggers.js';
import { temporaryDir, type CleanUp } from '../support/temporaryDir.js';

const LIBRARY = JSON.stringify(require.resolve('@azure/functions'));

/** A log whose lines, `level text`, can be waited for. */
export class WaitingLog implements HostLog {
  readonly lines: string[] = [];
  readonly #waiting = new Map<RegExp, () => void>();

  log(level: LogLevel, _category: string, text: string): void {
    const line = `${level} ${text}`;
    this.lines.push(line);
    for (const [pattern, resolve] of this.#waiting) if (pattern.test(line)) resolve();
  }

  async has(pattern: RegExp): Promise<void> {
    if (this.lines.some((line) => pattern.test(line))) return;
    await new Promise<void>((resolve) => this.#waiting.set(pattern, resolve));
  }
}

/** Registers functions with the real library, as the files of an app do. */
export async function triggeredApp(
  t: CleanUp,
  log: HostLog,
  register: (app: typeof libraryApp) => void,
): Promise<{ app: FunctionApp; functions: TriggeredFunction[] }> {
  const dir = temporaryDir(t);
  writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ main: 'functions.js' }));
  writeFileSync(path.join(dir, 'functions.js'), `globalThis.registerForTest(require(${LIBRARY}).app);`);
  const app = new FunctionApp(dir, log);
  attachApp(app);
  t.after(() => {
    detachApp(app);
  });
  Object.assign(globalThis, { registerForTest: register });
  await loadApp(dir, app);
  await app.start();
  const functions = [...app.functions.values()].map((registered) => {
    const trigger = triggerOf(registered);
    if (trigger === undefined) throw new Error(`${registered.name} has no trigger`);
    return { name: registered.name, registered, trigger, disabled: false };
  });
  return { app, functions };
}
