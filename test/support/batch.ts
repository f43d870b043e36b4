import { createHash, randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';
import type { BatchContext } from '../../shared/batch/batchContext.js';
import type { JobInput, JobRecord, JobSpec } from '../../shared/batch/job.js';
import { batchesContainer, JobPaths } from '../../shared/batch/jobPaths.js';
import { readJob } from '../../shared/batch/jobStore.js';
import type { ChunkTask } from '../../shared/batch/lane/chunkTask.js';
import { buildOptions } from '../../shared/batch/submit/buildOptions.js';
import { uploadsContainer } from '../../shared/batch/submit/jobInput.js';
import { optionsSchema } from '../../shared/batch/submit/jobSchema.js';
import { takeShape } from '../../shared/batch/submit/takeShape.js';
import { submitBatch, type SubmitRequest } from '../../shared/batch/submitBatch.js';
import type { Services } from '../../shared/services.js';
import type { Settings } from '../../shared/settings.js';
import { listAll, type BlobStore } from '../../shared/storage/blobStore.js';
import { startAzurite } from './azurite.js';
import { KeptLog, startServices } from './startServices.js';
import type { CleanUp } from './temporaryDir.js';
import { TestClock } from './testClock.js';
import { TestEngine, type EngineOptions } from './testEngine.js';

/** A clock that stands still until it is moved, near the time of the storage server. */
export class BatchClock extends TestClock {
  readonly #startMs = Date.now();

  override wallMs(): number {
    return this.#startMs + this.nowMs();
  }
}

/** What a test decides of the batch path. */
export interface BatchOptions extends EngineOptions {
  /** Changes of the settings; beyond their legal range too. */
  readonly settings?: Partial<Settings>;
  /** Instead of everybody who may do everything. */
  readonly ownerNow?: BatchContext['ownerNow'];
  /** Called before each chunk is scored; the lane meets what it throws. */
  readonly beforeChunk?: (task: ChunkTask, signal: AbortSignal) => Promise<void> | void;
}

/** The batch path of one test: its clock, its engine and its log are its own. */
export interface Batch {
  readonly context: BatchContext & { readonly clock: BatchClock };
  readonly clock: BatchClock;
  readonly engine: TestEngine;
  readonly log: KeptLog;
  readonly store: BlobStore;
  /** Chunks that went to a scoring thread. */
  readonly scored: ChunkTask[];
  /** Submits a job under a new id, unless the request has one. */
  readonly submit: (request: JobRequest) => Promise<JobRecord>;
  /** Submits a job and waits for the end of its run. */
  readonly runJob: (request: JobRequest) => Promise<JobRecord>;
  /** The record as it is stored. */
  readonly job: (jobId: string) => Promise<JobRecord>;
  /** The text of a blob of the job's results; undefined when it is not there. */
  readonly file: (jobId: string, name: string) => Promise<string | undefined>;
  /** Puts a text into `uploads`. */
  readonly upload: (name: string, text: string) => Promise<void>;
  /** Names of the blobs of a job, below its folder. */
  readonly blobs: (jobId: string) => Promise<string[]>;
}

/** A job in short: options as the query of `POST /jobs` has them, and the records or the blobs. */
export interface JobRequest extends Partial<SubmitRequest> {
  readonly options: Readonly<Record<string, unknown>>;
  readonly records?: string | Uint8Array;
  /** Names in the container `uploads`. */
  readonly blobs?: readonly string[];
}

/** What the batch paths of a file share. */
export interface BatchBed {
  readonly connectionString: string;
  readonly services: Services;
  readonly store: BlobStore;
  readonly open: (options?: BatchOptions) => Batch;
}

/** Makes batch paths over one storage server and one set of services. `t` runs its last step first, as `fileCleanUp`. */
export async function startBatch(
  t: CleanUp,
  {
    modelsDir,
    settings = {},
  }: { readonly modelsDir: string; readonly settings?: Readonly<Record<string, string>> },
): Promise<BatchBed> {
  const steps: (() => void | Promise<void>)[] = [];
  const { connectionString } = await startAzurite({ after: (step) => steps.unshift(step) });
  const services = await startServices(t, modelsDir, { WARMSTART_STORAGE: connectionString, ...settings });
  t.after(async () => {
    // before the services, which wait for every child process
    for (const step of steps) await step();
  });
  const { store } = services.batch();
  return { connectionString, services, store, open: (options = {}) => openBatch(services.batch(), options) };
}

function openBatch(base: BatchContext, options: BatchOptions): Batch {
  const { store, scorer } = base;
  const clock = new BatchClock();
  const log = new KeptLog();
  const scored: ChunkTask[] = [];
  const context = {
    ...base,
    clock,
    log,
    // tests of the batch path have owners of any name
    ownerNow: options.ownerNow ?? ((name: string) => Promise.resolve({ name, role: 'Owner' as const })),
    settings: { ...base.settings, ...options.settings },
    scorer: {
      runChunk: async (task: ChunkTask, signal: AbortSignal) => {
        await options.beforeChunk?.(task, signal);
        scored.push(task);
        return scorer.runChunk(task, signal);
      },
    },
  };
  const engine = new TestEngine(context, options);
  const submit = (request: JobRequest) => submitBatch(context, engine, requestOf(request));
  const job = async (jobId: string): Promise<JobRecord> => {
    const found = await readJob(store, jobId);
    assert.ok(found, `job ${jobId} is gone`);
    return found;
  };
  return {
    ...{ context, clock, engine, log, store, scored, submit, job },
    async runJob(request) {
      const { id } = await submit(request);
      await engine.wait(id);
      return job(id);
    },
    async file(jobId, name) {
      const found = await store.read(new JobPaths(jobId).result(name));
      return found && new TextDecoder().decode(found.bytes);
    },
    async upload(name, text) {
      await store.put({ container: uploadsContainer, name }, new TextEncoder().encode(text));
    },
    async blobs(jobId) {
      const { folder } = new JobPaths(jobId);
      const names: string[] = [];
      for await (const { name } of listAll(store, batchesContainer, folder))
        names.push(name.slice(folder.length));
      return names;
    },
  };
}

/** What `submitBatch` takes. */
export function requestOf({ options, records, blobs, ...given }: JobRequest): SubmitRequest {
  const body = typeof records === 'string' ? new TextEncoder().encode(records) : records;
  const input: JobInput = body
    ? { kind: 'body', contentType: 'text/csv', sizeBytes: body.length, sha256: sha256Of(body) }
    : { kind: 'blobs', container: uploadsContainer, names: blobs ?? [] };
  const spec: JobSpec = {
    ...buildOptions(takeShape(optionsSchema, options), [], { webhookHosts: [] }),
    input,
  };
  return {
    owner: 'anna',
    reads: 'all',
    origin: 'http',
    jobId: randomUUID(),
    spec,
    ...(body === undefined ? {} : { body }),
    ...given,
  };
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
