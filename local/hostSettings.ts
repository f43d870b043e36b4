import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLogLevel, type LogLevel } from './log.js';

export type AppSettings = Readonly<Record<string, string | undefined>>;

/** What host.json and the app settings say about HTTP functions (functions-host.md 2.1, 2.2, 2.4). */
export interface HostSettings {
  readonly routePrefix: string;
  readonly maxBodyBytes: number;
  /** undefined: no limit */
  readonly functionTimeoutMs: number | undefined;
  /** Running and waiting requests together; -1: no limit */
  readonly maxOutstandingRequests: number;
  /** Requests that run at once; -1: no limit */
  readonly maxConcurrentRequests: number;
  readonly logLevel: LogLevel;
  readonly homePageDisabled: boolean;
  isDisabled(functionName: string): boolean;
}

const DEFAULT_MAX_BODY_BYTES = 104_857_600;
const DEFAULT_FUNCTION_TIMEOUT = '00:30:00';

/** Reads `<appDir>/host.json`; app settings `AzureFunctionsJobHost__a__b` go before its values. */
export function readHostSettings(appDir: string, settings: AppSettings): HostSettings {
  // Names of settings and of host.json properties count in any letter case, as in .NET configuration.
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) byName.set(name.toLowerCase(), value);
  }
  const hostJson = readHostJson(appDir);
  const value = (...path: string[]): unknown =>
    byName.get(['azurefunctionsjobhost', ...path].join('__').toLowerCase()) ?? propertyAt(hostJson, path);

  if (value('extensions', 'http', 'dynamicThrottlesEnabled') === true) {
    throw new Error('host.json: extensions.http.dynamicThrottlesEnabled is not available in the local host');
  }
  return {
    routePrefix: text(value('extensions', 'http', 'routePrefix'), 'api', 'extensions.http.routePrefix'),
    maxBodyBytes: integer(
      byName.get('functions_request_body_size_limit'),
      DEFAULT_MAX_BODY_BYTES,
      'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
    ),
    functionTimeoutMs: timeout(text(value('functionTimeout'), DEFAULT_FUNCTION_TIMEOUT, 'functionTimeout')),
    maxOutstandingRequests: integer(
      value('extensions', 'http', 'maxOutstandingRequests'),
      -1,
      'extensions.http.maxOutstandingRequests',
    ),
    maxConcurrentRequests: integer(
      value('extensions', 'http', 'maxConcurrentRequests'),
      -1,
      'extensions.http.maxConcurrentRequests',
    ),
    logLevel: logLevel(
      text(value('logging', 'logLevel', 'default'), 'Information', 'logging.logLevel.default'),
    ),
    homePageDisabled: isTrue(byName.get('azurewebjobsdisablehomepage')),
    isDisabled: (name) => isTrue(byName.get(`azurewebjobs.${name}.disabled`.toLowerCase())),
  };
}

function readHostJson(appDir: string): unknown {
  const file = join(appDir, 'host.json');
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${String(error)}`, { cause: error });
  }
  if (propertyAt(json, ['version']) !== '2.0') throw new Error(`${file}: "version" must be "2.0"`);
  return json;
}

function propertyAt(root: unknown, path: readonly string[]): unknown {
  let at = root;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  }
  return at;
}

function text(value: unknown, fallback: string, name: string): string {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'string') throw new Error(`host.json: ${name} must be a text, got ${typeof value}`);
  return value;
}

function integer(value: unknown, fallback: number, name: string): number {
  if (value === undefined || value === null || value === '') return fallback;
  const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  if (!Number.isSafeInteger(number)) throw new Error(`${name} must be a whole number`);
  return number as number; // checked in the line above
}

/** Milliseconds of `[d.]hh:mm:ss`; `-1` means no limit; less than a second is refused. */
function timeout(span: string): number | undefined {
  if (span === '-1') return undefined;
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(span);
  if (match === null) throw new Error('host.json: functionTimeout must be hh:mm:ss or -1');
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part || 0));
  const ms = ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
  if (ms < 1000) throw new Error('host.json: functionTimeout must be at least one second');
  return ms;
}

function logLevel(name: string): LogLevel {
  const level = parseLogLevel(name);
  if (level === undefined) throw new Error('host.json: logging.logLevel.default is not a log level');
  return level;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && (value === '1' || value.toLowerCase() === 'true');
}
