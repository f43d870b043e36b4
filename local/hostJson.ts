import { readFileSync } from 'node:fs';
import type { AppSettings } from './appSettings.js';
import { HostFault } from './hostFault.js';

interface HostJsonValue {
  /** As written, with dots. */
  readonly path: string;
  readonly value: unknown;
}

/** The single values of a host.json by their path in lower case with colons, `extensions:http:routeprefix`. */
export type HostJson = ReadonlyMap<string, HostJsonValue>;

/** Reads host.json; app settings `AzureFunctionsJobHost__a__b` go before its values, as in .NET configuration. */
export function readHostJson(file: string, settings: AppSettings): HostJson {
  const values = new Map<string, HostJsonValue>();
  const add = (path: readonly string[], value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) add([...path, name], inner);
    } else {
      values.set(path.join(':').toLowerCase(), { path: path.join('.'), value });
    }
  };
  add([], readJson(file));
  for (const [name, value] of Object.entries(settings)) {
    const [root, ...path] = name.split('__');
    if (root?.toLowerCase() === 'azurefunctionsjobhost') add(path, value);
  }
  return values;
}

function readJson(file: string): unknown {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HostFault(`${file} cannot be read: ${String(error)}`);
  }
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new HostFault(`${file} is not valid JSON: ${String(error).replaceAll(/\s+/g, ' ')}`);
  }
}
