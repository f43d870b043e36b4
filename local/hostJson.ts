import type { AppSettings } from './appSettings.js';
import { HostFault } from './hostFault.js';
import { readJsonFile } from './jsonFile.js';

/** The single values of a host.json by their path in lower case with colons; `path` is as written, with dots. */
export type HostJson = ReadonlyMap<string, { readonly path: string; readonly value: unknown }>;

/** Reads host.json; app settings `AzureFunctionsJobHost__a__b` go before its values, as in .NET configuration. */
export function readHostJson(file: string, settings: AppSettings): HostJson {
  const json = readJsonFile(file);
  if (json === undefined) throw new HostFault(`${file} is missing`);
  const values = new Map<string, { path: string; value: unknown }>();
  const add = (path: readonly string[], value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) add([...path, name], inner);
    } else {
      values.set(path.join(':').toLowerCase(), { path: path.join('.'), value });
    }
  };
  add([], json);
  for (const [name, value] of Object.entries(settings)) {
    const [root, ...path] = name.split('__');
    if (root?.toLowerCase() === 'azurefunctionsjobhost') add(path, value);
  }
  return values;
}
