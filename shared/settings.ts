import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { User } from './auth/users/user.js';
import { parseUserSetting } from './auth/users/userSetting.js';
import { ScoringError } from './errors/scoringError.js';

const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** With the longest record behind it a chunk is read at once. */
export const mostChunkBytes = 31 * 2 ** 20;

/** What the Functions host lets through, so that no setting can ask for more. */
export const mostBodyBytes = 100 * 2 ** 20;

/** Containers whose blobs no job may read: keys of tokens are among them. */
const ownContainers: ReadonlySet<string> = new Set(['models', 'batches', 'state']);

/** What the environment can set; the README lists meaning, range and default of each. */
const schema = z.object({
  WARMSTART_MODELS_DIR: z.string().min(1).default('models'),
  WARMSTART_WORKERS: whole(availableParallelism(), 1, 64),
  WARMSTART_QUEUE_LIMIT: whole(256, 0, 100_000),
  WARMSTART_QUEUE_TIMEOUT_MS: whole(30_000, 1, 230_000),
  WARMSTART_MAX_BODY_BYTES: whole(16 * 2 ** 20, 1, mostBodyBytes),
  WARMSTART_CHECK_TIMEOUT_MS: whole(15_000, 100, 600_000),
  WARMSTART_CHECK_MEMORY_MIB: whole(2048, 64, 1_000_000),
  WARMSTART_DRAIN_MS: whole(5000, 0, 230_000),
  WARMSTART_STORAGE: z.string().optional(),
  WARMSTART_STORAGE__blobServiceUri: z.string().optional(),
  WARMSTART_MAX_JOB_BODY_BYTES: whole(64 * 2 ** 20, 1, mostBodyBytes),
  WARMSTART_CHUNK_BYTES: whole(8 * 2 ** 20, 1024, mostChunkBytes),
  WARMSTART_LANE_BUDGET_MS: whole(2000, 100, 600_000),
  WARMSTART_JOB_RETENTION_DAYS: whole(30, 0, 3650),
  WARMSTART_RESULT_LINKS: z.enum(['on', 'off']).default('on'),
  WARMSTART_WEBHOOK_HOSTS: z.string().default(''),
  WARMSTART_INPUT_CONTAINERS: z
    .string()
    .default('')
    .refine(
      (text) => !listed(text).some((name) => ownContainers.has(name)),
      'models, batches and state cannot be inputs',
    ),
  WARMSTART_MAINTENANCE_CRON: z.string().min(1).default('0 0 * * * *'),
  WARMSTART_PUBLISHING: z.enum(['on', 'off']).default('on'),
  WARMSTART_MAX_PUBLISH_BODY_BYTES: whole(64 * 2 ** 20, 1, mostBodyBytes),
  WARMSTART_MAX_MODEL_BYTES: whole(2 ** 31, 1, 2 ** 36),
  WARMSTART_USERS: z.string().default(''),
  WARMSTART_TOKEN_SECRET: z
    .string()
    .default('')
    .transform(listed)
    .refine((secrets) => secrets.every(isLongEnough), 'a secret has at least 32 characters'),
});

/** Names of all settings, for the test that holds the README equal to them. */
export const settingNames = Object.keys(schema.shape) as (keyof typeof schema.shape)[];

/** Typed settings; units are in the names. */
export interface Settings {
  readonly modelsDir: string;
  readonly workers: number;
  readonly queueLimit: number;
  readonly queueTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly checkTimeoutMs: number;
  readonly checkMemoryMiB: number;
  readonly drainMs: number;
  /** Connection string or blob endpoint of the data account; undefined: no batch. A secret. */
  readonly storage: string | undefined;
  readonly maxJobBodyBytes: number;
  /** Most bytes of an input that are scored at once. */
  readonly chunkBytes: number;
  /** Time after which a lane takes no further chunk. */
  readonly laneBudgetMs: number;
  /** Age in days at which ended jobs are removed; 0: never. */
  readonly jobRetentionDays: number;
  /** Whether whole results leave by signed links of storage, or in ranges through the app. */
  readonly resultLinks: boolean;
  /** Hosts that completion webhooks may go to. */
  readonly webhookHosts: readonly string[];
  /** Containers of the data account beside `uploads` that jobs may read. */
  readonly inputContainers: readonly string[];
  /** Whether models can be published and deleted over HTTP. */
  readonly publishing: boolean;
  readonly maxPublishBodyBytes: number;
  /** Most bytes that the files of a published version have together. */
  readonly maxModelBytes: number;
  /** Users beside those that are kept in storage. */
  readonly users: readonly User[];
  /** What access tokens are signed with: the first one; tokens of all are accepted. Empty: keys are kept in storage. */
  readonly tokenSecrets: readonly string[];
}

/** Reads the settings; relative folders are taken from `appDir`. Throws SCORE_ERR_SETTING, which names the setting. */
export function readSettings(environment: NodeJS.ProcessEnv, appDir: string): Settings {
  // an empty value means that the setting is not set: portals and shells make such values easily
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ScoringError(
      'SCORE_ERR_SETTING',
      `setting ${String(issue?.path[0])}: ${issue?.message ?? 'not valid'}`,
    );
  }
  const values = parsed.data;
  return {
    modelsDir: path.resolve(appDir, values.WARMSTART_MODELS_DIR),
    workers: values.WARMSTART_WORKERS,
    queueLimit: values.WARMSTART_QUEUE_LIMIT,
    queueTimeoutMs: values.WARMSTART_QUEUE_TIMEOUT_MS,
    maxBodyBytes: values.WARMSTART_MAX_BODY_BYTES,
    checkTimeoutMs: values.WARMSTART_CHECK_TIMEOUT_MS,
    checkMemoryMiB: values.WARMSTART_CHECK_MEMORY_MIB,
    drainMs: values.WARMSTART_DRAIN_MS,
    // the name that the host gives to connections by identity
    storage: values.WARMSTART_STORAGE ?? values.WARMSTART_STORAGE__blobServiceUri,
    maxJobBodyBytes: values.WARMSTART_MAX_JOB_BODY_BYTES,
    chunkBytes: values.WARMSTART_CHUNK_BYTES,
    laneBudgetMs: values.WARMSTART_LANE_BUDGET_MS,
    jobRetentionDays: values.WARMSTART_JOB_RETENTION_DAYS,
    resultLinks: values.WARMSTART_RESULT_LINKS === 'on',
    webhookHosts: listed(values.WARMSTART_WEBHOOK_HOSTS.toLowerCase()),
    inputContainers: listed(values.WARMSTART_INPUT_CONTAINERS),
    publishing: values.WARMSTART_PUBLISHING === 'on',
    maxPublishBodyBytes: values.WARMSTART_MAX_PUBLISH_BODY_BYTES,
    maxModelBytes: values.WARMSTART_MAX_MODEL_BYTES,
    users: parseUserSetting(values.WARMSTART_USERS),
    tokenSecrets: values.WARMSTART_TOKEN_SECRET,
  };
}

/** A list with commas. */
function listed(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function isLongEnough(secret: string): boolean {
  return secret.length >= 32;
}

/**
 * What decides which triggers are registered when the functions are loaded; no other setting is looked at then, so that a
 * wrong one is told by the first call. `maintenanceCron`: NCRONTAB of the maintenance timer, or `off`.
 */
export function batchTriggerSettings(environment: NodeJS.ProcessEnv): {
  readonly hasStorage: boolean;
  readonly maintenanceCron: string;
} {
  const { WARMSTART_STORAGE, WARMSTART_STORAGE__blobServiceUri, WARMSTART_MAINTENANCE_CRON } = environment;
  const given = (text: string | undefined) => text !== undefined && text !== '';
  return {
    hasStorage: given(WARMSTART_STORAGE) || given(WARMSTART_STORAGE__blobServiceUri),
    maintenanceCron: schema.shape.WARMSTART_MAINTENANCE_CRON.parse(
      WARMSTART_MAINTENANCE_CRON === '' ? undefined : WARMSTART_MAINTENANCE_CRON,
    ),
  };
}
