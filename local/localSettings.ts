import { join } from 'node:path';
import { z } from 'zod';
import { HostFault } from './hostFault.js';
import { readJsonFile } from './jsonFile.js';

const settingsFile = z.object({
  IsEncrypted: z.literal(false, 'must be false: func settings decrypt makes the values plain').optional(),
  Values: z.record(z.string(), z.string()).default({}),
});

/** Takes the values of local.settings.json, as Core Tools does; what the environment says already wins. */
export function loadLocalSettings(appDir: string): void {
  const file = join(appDir, 'local.settings.json');
  const json = readJsonFile(file);
  if (json === undefined) return;
  const { success, data, error } = settingsFile.safeParse(json);
  if (!success) {
    const issues = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
    throw new HostFault(`${file}: ${issues.join('; ')}`);
  }
  for (const [name, value] of Object.entries(data.Values)) process.env[name] ??= value;
}
