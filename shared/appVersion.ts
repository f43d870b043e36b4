import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The version in the app's package.json. */
export function readAppVersion(appDir: string): string {
  const text = readFileSync(path.join(appDir, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
