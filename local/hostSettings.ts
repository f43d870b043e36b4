import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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
  readonly isDisabled: (functionName: string) => boolean;
}

/** A whole number, or a setting's text of one; what is empty counts as not given. */
const wholeNumber = (fallback: number): z.ZodType<number> =>
  z.preprocess((value) => {
    if (value === undefined || value === null || value === '') return fallback;
    return typeof value === 'string' ? Number(value) : value;
  }, z.int('must be a whole number'));
const text = (fallback: string): z.ZodType<string> =>
  z.preprocess((value) => value ?? fallback, z.string('must be a text'));

const schema = z.object({
  version: z.literal('2.0', 'must be "2.0"'),
  functionTimeout: text('00:30:00').transform(timeoutMs),
  'logging.logLevel.default': text('Information').transform((name, context): LogLevel => {
    const level = parseLogLevel(name);
    if (level === undefined) context.addIssue('must be a log level');
    return level ?? 'information';
  }),
  'extensions.http.routePrefix': text('api'),
  'extensions.http.maxOutstandingRequests': wholeNumber(-1),
  'extensions.http.maxConcurrentRequests': wholeNumber(-1),
  'extensions.http.dynamicThrottlesEnabled': z
    .unknown()
    .refine((value) => !/^true$/i.test(String(value)), 'is not available in the local host'),
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: wholeNumber(104_857_600),
});

/** Reads `<appDir>/host.json`; app settings `AzureFunctionsJobHost__a__b` go before its values. */
export function readHostSettings(appDir: string, settings: AppSettings): HostSettings {
  // Names of settings and of host.json properties count in any letter case, as in .NET configuration.
  const byName = new Map(Object.entries(settings).map(([name, value]) => [name.toLowerCase(), value]));
  const file = join(appDir, 'host.json');
  const hostJson = readJson(file);
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.shape)) {
    const path = name.split('.');
    const setting = name.startsWith('FUNCTIONS_') ? path : ['AzureFunctionsJobHost', ...path];
    given[name] = byName.get(setting.join('__').toLowerCase()) ?? propertyAt(hostJson, path);
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}" ${message}`);
    throw new Error(`${file}, or an app setting in its place: ${faults.join(', ')}`);
  }
  const isTrue = (name: string): boolean => /^(?:1|true)$/i.test(byName.get(name.toLowerCase()) ?? '');
  return {
    routePrefix: parsed.data['extensions.http.routePrefix'],
    maxBodyBytes: parsed.data.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT,
    functionTimeoutMs: parsed.data.functionTimeout,
    maxOutstandingRequests: parsed.data['extensions.http.maxOutstandingRequests'],
    maxConcurrentRequests: parsed.data['extensions.http.maxConcurrentRequests'],
    logLevel: parsed.data['logging.logLevel.default'],
    homePageDisabled: isTrue('AzureWebJobsDisableHomepage'),
    isDisabled: (name) => isTrue(`AzureWebJobs.${name}.Disabled`),
  };
}

function readJson(file: string): unknown {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read`, { cause: error });
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${String(error)}`, { cause: error });
  }
}

function propertyAt(root: unknown, path: readonly string[]): unknown {
  let at = root;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  }
  return at;
}

/** Milliseconds of `[d.]hh:mm:ss`; `-1` means no limit. */
function timeoutMs(span: string, context: z.RefinementCtx): number | undefined {
  if (span === '-1') return undefined;
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(span) ?? [];
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part || 0));
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (ms < 1000) context.addIssue('must be hh:mm:ss of at least one second, or -1');
  return ms;
}
