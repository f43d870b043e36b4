import type { JobCode } from '../errors/codes.js';

/** Where a job can stand. `shared/batch/state.ts` has the transitions and is the only writer. */
export const jobStates = ['Pending', 'InProgress', 'Complete', 'Failed', 'Canceled'] as const;

export type JobState = (typeof jobStates)[number];

export type InputFormat = 'csv' | 'tsv' | 'jsonLines' | 'jsonArray' | 'parquet';

export type OutputFormat = 'csv' | 'jsonLines' | 'parquet';

/** What the caller says of the text format; everything not said is found out from the first bytes. */
export interface Dialect {
  readonly format?: InputFormat;
  readonly gzip?: boolean;
  readonly encoding?: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** One character. */
  readonly delimiter?: string;
  /** One ASCII character, or none at all. */
  readonly quote?: string | null;
  /** One character that takes the meaning off the next one. Default: a quote is doubled. */
  readonly escape?: string;
  /** Lines that begin with it are left out. */
  readonly comment?: string;
  readonly header?: boolean;
  /** Names of the columns of a file without header, in order. */
  readonly columns?: readonly string[];
}

/** The input of a job: the body that came with it, or blobs of the data account. */
export type JobInput =
  | {
      readonly kind: 'body';
      readonly contentType: string;
      readonly sizeBytes: number;
      readonly sha256: string;
    }
  | { readonly kind: 'blobs'; readonly container: string; readonly names: readonly string[] }
  | {
      readonly kind: 'prefix';
      readonly container: string;
      readonly prefix: string;
      readonly pattern?: string;
    };

export interface ModelChoice {
  readonly name: string;
  /** The newest servable one when absent. */
  readonly version?: string;
}

export interface ErrorLimits {
  /** Error rows that are still accepted; null: any number. */
  readonly rows: number | null;
  /** The same in percent of the rows. */
  readonly percent: number | null;
  /** Chunks that may fail as a whole. */
  readonly chunks: number;
}

export type Notify = { readonly queue: string } | { readonly webhook: string };

/** A job as it was asked for, checked and with every default filled in. */
export interface JobSpec {
  /** One result each; with `modelColumn` the models that a row may name. */
  readonly services: readonly ModelChoice[];
  readonly modelColumn?: string;
  readonly input: JobInput;
  readonly dialect: Dialect;
  readonly parallelCount: number;
  /** Input columns that are copied to the result; '*' for all. */
  readonly join: readonly string[] | '*';
  readonly outputFormat: OutputFormat;
  /** Text cells of CSV results that a spreadsheet would run get a quote in front. */
  readonly spreadsheetSafe: boolean;
  readonly errorLimits: ErrorLimits;
  readonly notify?: Notify;
}

/** A model version that the job is bound to. */
export interface PinnedModel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** Rows counted over the settled chunks: `rows` = `succeeded` + `failed`. */
export interface RowCounts {
  readonly rows: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface JobFault {
  readonly code: JobCode;
  readonly message: string;
}

/** The items that a job was started with; which rows belong to which one is kept beside it, under the hash. */
export interface JobItems {
  readonly count: number;
  readonly rows: number;
  readonly sha256: string;
}

/** Owners whose announced files a job may read; those that nobody announced belong to the role Contributor. */
export type UploadReads = readonly string[] | 'all';

/** `job.json`, changed under its ETag alone. */
export interface JobRecord {
  readonly id: string;
  readonly owner: string;
  /** Whose uploads it may read, as it was when it was started. */
  readonly reads?: UploadReads;
  /** `service`: the batch route of a service, with `items`. */
  readonly origin: 'http' | 'upload' | 'schedule' | 'service';
  readonly items?: JobItems;
  readonly createdMs: number;
  /** SHA-256 of the whole request, for repeats under one idempotency key. */
  readonly requestSha256: string;
  readonly spec: JobSpec;
  /** In the order of `spec.services`. */
  readonly models: readonly PinnedModel[];
  readonly state: JobState;
  /** Every state with its time, oldest first. */
  readonly history: readonly { readonly state: JobState; readonly atMs: number }[];
  /** Times at which stages ended. */
  readonly stages: Readonly<Partial<Record<JobStage, number>>>;
  readonly fault?: JobFault;
  /** Chunks that a terminal state shows, in order; what is written later is never shown. */
  readonly frozen?: { readonly chunks: number; readonly counts: RowCounts };
  readonly rerunOf?: string;
  /** How often the engine was asked to start it beyond the first time. */
  readonly restarts: number;
  readonly restartedMs?: number;
  readonly deletedMs?: number;
  /** When somebody began to send the notice of the terminal state. */
  readonly notifyingMs?: number;
  /** Terminal state whose notice was sent. */
  readonly notified?: JobState;
}

/** The stages of a job in their order. */
export const jobStages = ['unpacked', 'planned', 'scored', 'joined', 'finished'] as const;

type JobStage = (typeof jobStages)[number];
