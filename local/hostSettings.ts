import { hash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { settingReader, withSettings, type AppSettings, type ReadSetting } from './appSettings.js';
import { HostFault } from './hostFault.js';
import { readHostJson, type HostJson } from './hostJson.js';
import { checkKeys } from './hostJsonKeys.js';
import { hostJsonSchema } from './hostJsonSchema.js';
import { parseLogLevel, type LogLevel } from './log.js';

/** What host.json and the app settings say (functions-host.md 2.1, 2.2, 2.4, 3.7, 5.4). */
export interface HostSettings {
  /** The name of this host in storage. */
  readonly hostId: string;
  readonly routePrefix: string;
  readonly maxBodyBytes: number;
  /** undefined: no limit */
  readonly functionTimeoutMs: number | undefined;
  /** Running and waiting requests together; -1: no limit */
  readonly maxOutstandingRequests: number;
  /** Requests that run at once; -1: no limit */
  readonly maxConcurrentRequests: number;
  /** Least level of what is logged, by category; `default` is for all others. */
  readonly logLevels: ReadonlyMap<string, LogLevel>;
  readonly homePageDisabled: boolean;
  readonly blobs: BlobSettings;
  readonly durable: DurableSettings;
  /** Paths in host.json that are not known. */
  readonly unknownKeys: readonly string[];
  readonly readSetting: ReadSetting;
  readonly isDisabled: (functionName: string) => boolean;
}

export interface BlobSettings {
  /** Calls that run at once, of all blob functions together. */
  readonly maxDegreeOfParallelism: number;
  /** Tries before a blob is given up. */
  readonly poisonBlobThreshold: number;
}

interface DurableSettings {
  readonly hubName: string;
  readonly maxConcurrentActivityFunctions: number;
  readonly maxConcurrentOrchestratorFunctions: number;
  readonly overridableExistingInstanceStates: 'NonRunningStates' | 'AnyState';
}

const BODY_LIMIT = 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT';

/** Reads `<appDir>/host.json`; throws a HostFault that names the file and every key that cannot be. */
export function readHostSettings(appDir: string, settings: AppSettings): HostSettings {
  const readSetting = settingReader(settings);
  const file = join(appDir, 'host.json');
  const hostJson = readHostJson(file, settings);
  const keys = Object.keys(hostJsonSchema.shape);
  const { faults, unknown } = checkKeys(hostJson, keys);
  const { data, error } = hostJsonSchema.safeParse(
    Object.fromEntries(keys.map((key) => [key, hostJson.get(key.toLowerCase())?.value])),
  );
  for (const { path, message } of error?.issues ?? [])
    faults.push(`"${path.join('.').replaceAll(':', '.')}" ${message}`);
  const logLevels = readLogLevels(hostJson, faults);
  const bodyLimit = readSetting(BODY_LIMIT) ?? '';
  const maxBodyBytes = bodyLimit === '' ? 104_857_600 : Number(bodyLimit);
  if (!Number.isInteger(maxBodyBytes)) faults.push(`"${BODY_LIMIT}" must be a whole number`);
  const hubName = withSettings(
    data?.['extensions:durableTask:hubName'] ?? '',
    readSetting,
    `${file}: "extensions.durableTask.hubName"`,
  );
  if (data !== undefined && !/^[a-z][a-z\d]{2,44}$/i.test(hubName))
    faults.push('"extensions.durableTask.hubName" must be 3 to 45 letters and digits, a letter first');
  if (data === undefined || faults.length > 0)
    throw new HostFault(`${file}, or an app setting in its place: ${faults.join(', ')}`);

  const isTrue = (name: string): boolean => /^(?:1|true)$/i.test(readSetting(name) ?? '');
  return {
    // two apps, or two machines, may share a storage account
    hostId:
      readSetting('AzureFunctionsWebHost__hostId') ?? hash('sha256', `${hostname()}:${appDir}`).slice(0, 32),
    routePrefix: data['extensions:http:routePrefix'],
    maxBodyBytes,
    functionTimeoutMs: data.functionTimeout,
    maxOutstandingRequests: data['extensions:http:maxOutstandingRequests'],
    maxConcurrentRequests: data['extensions:http:maxConcurrentRequests'],
    logLevels,
    homePageDisabled: isTrue('AzureWebJobsDisableHomepage'),
    blobs: {
      maxDegreeOfParallelism: data['extensions:blobs:maxDegreeOfParallelism'],
      poisonBlobThreshold: data['extensions:blobs:poisonBlobThreshold'],
    },
    durable: {
      hubName,
      maxConcurrentActivityFunctions: data['extensions:durableTask:maxConcurrentActivityFunctions'],
      maxConcurrentOrchestratorFunctions: data['extensions:durableTask:maxConcurrentOrchestratorFunctions'],
      overridableExistingInstanceStates: data['extensions:durableTask:overridableExistingInstanceStates'],
    },
    unknownKeys: unknown,
    readSetting,
    isDisabled: (name) => isTrue(`AzureWebJobs.${name}.Disabled`),
  };
}

function readLogLevels(hostJson: HostJson, faults: string[]): Map<string, LogLevel> {
  const levels = new Map<string, LogLevel>();
  for (const [key, { path, value }] of hostJson) {
    const [, category] = /^logging:loglevel:(.*)$/.exec(key) ?? [];
    if (category === undefined) continue;
    const level = parseLogLevel(String(value));
    if (level === undefined) faults.push(`"${path}" must be a log level`);
    else levels.set(category, level);
  }
  return levels;
}
