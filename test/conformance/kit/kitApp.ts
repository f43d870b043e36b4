import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Functions of the kit's app that stop the start of the local host, and a part of the line it ends with. */
export const REFUSED_AT_START: Readonly<Record<string, string>> = {
  httpKeyFunction: 'function "httpKeyFunction": authLevel "function" needs function keys',
  httpKeyOther: 'function "httpKeyOther": authLevel "function" needs function keys',
  httpKeyAdmin: 'function "httpKeyAdmin": authLevel "admin" needs function keys',
  counter: 'function "counter": entityTrigger is not available',
};

/**
 * Writes an app folder that loads the function files of the kit where they are, without what is refused
 * at the start; `kept` is registered nevertheless.
 */
export function writeKitApp(kitDir: string, appDir: string, kept?: string): void {
  const source = path.join(kitDir, 'app');
  const dropped = Object.keys(REFUSED_AT_START).filter((name) => name !== kept);
  const files = ['http', 'blob', 'durable'].map((name) =>
    path.join(source, 'src', 'functions', `${name}.js`),
  );
  mkdirSync(appDir, { recursive: true });
  writeFileSync(path.join(appDir, 'package.json'), JSON.stringify({ main: 'entry.js' }));
  copyFileSync(path.join(source, 'host.json'), path.join(appDir, 'host.json'));
  writeFileSync(path.join(appDir, 'entry.js'), entry(dropped, files));
}

function entry(dropped: readonly string[], files: readonly string[]): string {
  return [
    `const dropped = new Set(${JSON.stringify(dropped)});`,
    `const without = (register) => (name, options) => dropped.has(name) || register(name, options);`,
    `const { app } = require('@azure/functions');`,
    `app.http = without(app.http);`,
    `const df = require('durable-functions');`,
    `df.app.entity = without(df.app.entity);`,
    ...files.map((file) => `require(${JSON.stringify(file)});`),
    '',
  ].join('\n');
}
