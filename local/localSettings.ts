import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HostFault } from './hostFault.js';

const settingsFile = z.object({ Values: z.record(z.string(), z.string()).default({}) });

/** Takes the values of local.settings.json, as Core Tools does; what the environment says already wins. */
export function loadLocalSettings(appDir: string): void {
  const file = join(appDir, 'local.settings.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw new HostFault(`${file} cannot be read: ${messageOf(error)}`);
  }
  const { success, data, error } = settingsFile.safeParse(parse(file, text));
  if (!success) {
    const issues = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
    throw new HostFault(`${file}: ${issues.join('; ')}`);
  }
  for (const [name, value] of Object.entries(data.Values)) process.env[name] ??= value;
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // the parser's own words may quote the file, which holds secrets
    const [place = ''] = / \(line \d+ column \d+\)/.exec(messageOf(error)) ?? [];
    throw new HostFault(`${file} is not valid JSON${place}; comments are not allowed`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
