import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BatchContext } from '../../shared/batch/batchContext.js';
import type { JobRecord } from '../../shared/batch/job.js';
import { listJobs } from '../../shared/batch/jobIndex.js';
import { JobPaths } from '../../shared/batch/jobPaths.js';
import { readJob } from '../../shared/batch/jobStore.js';
import { isTerminal } from '../../shared/batch/state.js';
import { submitBatch, type SubmitRequest } from '../../shared/batch/submitBatch.js';
import { jobCodes } from '../../shared/errors/jobCodes.js';
import { ScoringError } from '../../shared/errors/scoringError.js';
import { openBlobStore } from '../../shared/storage/azureBlobStore.js';
import type { BlobAddress, BlobStore } from '../../shared/storage/blobStore.js';
import { startAzurite } from '../support/azurite.js';
import { BatchClock, requestOf, type JobRequest } from '../support/batch.js';
import { fixturesDir } from '../support/modelsDir.js';
import { KeptLog, liveChildren, startServices } from '../support/startServices.js';
import { startStorageProxy, throughProxy, type StorageProxy } from '../support/storageProxy.js';
import type { CleanUp } from '../support/temporaryDir.js';
import { TestEngine } from '../support/testEngine.js';
import { faultAt, type SweepFault } from './sweepFaults.js';
import { systemClock } from '../../shared/clock.js';

/** A job takes a fraction of a second; one that has not ended by then hangs. */
const hangMs = 30_000;

/** What became of a job under a fault. */
export interface SweepOutcome {
  readonly job: JobRecord;
  /** The submit was answered, not repeated. */
  readonly answered: boolean;
}

interface JobFiles {
  readonly results: string;
  readonly errors: string;
  /** By the manifest. */
  readonly chunks: number;
}

/** Jobs in this process whose storage lies behind a proxy. */
export class StorageSweep {
  readonly #proxy: StorageProxy;
  /** Past the proxy. */
  readonly #direct: BlobStore;
  readonly #context: BatchContext;
  readonly #request: JobRequest;
  #expected: JobFiles = { results: '', errors: '', chunks: 0 };
  #calls = 0;

  private constructor(proxy: StorageProxy, direct: BlobStore, context: BatchContext, request: JobRequest) {
    this.#proxy = proxy;
    this.#direct = direct;
    this.#context = context;
    this.#request = request;
  }

  /** Starts storage and services, and runs the job undisturbed: its files are what is expected from then on. */
  static async open(t: CleanUp, request: JobRequest): Promise<StorageSweep> {
    const { connectionString, blobPort, pid } = await startAzurite(t);
    // the services wait for the processes that are their own
    for (const child of liveChildren) if (child.pid === pid) liveChildren.delete(child);
    const proxy = await startStorageProxy(t, blobPort);
    // pauses between tries have no length; deadlines are those of production
    const quiet = { clock: systemClock, random: () => 0, log: new KeptLog() };
    const direct = openBlobStore({ connection: connectionString, ...quiet });
    const store = openBlobStore({ connection: throughProxy(connectionString, proxy.port), ...quiet });
    const settings = { WARMSTART_STORAGE: connectionString, WARMSTART_CHUNK_BYTES: '1024' };
    const services = await startServices(t, fixturesDir(t, 'int64-identity'), settings);
    const sweep = new StorageSweep(proxy, direct, { ...services.batch(), store }, request);
    // once for the containers and the session, which every later job finds
    await sweep.#run(undefined);
    proxy.calls = 0;
    const { job } = await sweep.#run(undefined);
    assert.equal(job.state, 'Complete');
    sweep.#calls = proxy.calls;
    sweep.#expected = await sweep.#filesOf(job);
    return sweep;
  }

  /** Storage calls of an undisturbed job, from its submit to its last step. */
  get calls(): number {
    return this.#calls;
  }

  get expected(): JobFiles {
    return this.#expected;
  }

  /** Runs a job whose n-th storage call meets the fault: it ends with the exact result or a clear `Failed`. */
  async runWith(n: number, fault: SweepFault): Promise<SweepOutcome> {
    const where = `call ${n} of ${this.#calls}, ${fault.action}${fault.all ? ' at every try' : ''}`;
    const outcome = await this.#run(faultAt(n, fault));
    const { job } = outcome;
    assert.ok(isTerminal(job.state), `${where}: the job is ${job.state}`);
    if (job.state === 'Complete') assert.deepEqual(await this.#filesOf(job), this.#expected, where);
    else {
      assert.equal(job.state, 'Failed', where);
      assert.ok(job.fault && job.fault.code in jobCodes, `${where}: ${JSON.stringify(job.fault)}`);
    }
    const { jobs } = await listJobs(this.#direct, {}, undefined, 1);
    assert.deepEqual(
      jobs.map(({ id, state }) => ({ id, state })),
      [{ id: job.id, state: job.state }],
      `${where}: the index`,
    );
    return outcome;
  }

  async #run(onCall: StorageProxy['onCall']): Promise<SweepOutcome> {
    const request = requestOf({ ...this.#request, jobId: randomUUID() });
    const clock = new BatchClock();
    const context = { ...this.#context, clock };
    const engine = new TestEngine(context);
    this.#proxy.calls = 0;
    this.#proxy.onCall = onCall;
    try {
      const answered = await submit(context, engine, request);
      await within(hangMs, engine.wait(request.jobId), `job ${request.jobId}`);
      const job = await readJob(this.#direct, request.jobId);
      assert.ok(job, 'a job that was answered is gone');
      return { job, answered };
    } finally {
      this.#proxy.onCall = undefined;
    }
  }

  async #filesOf({ id }: JobRecord): Promise<JobFiles> {
    const paths = new JobPaths(id);
    const text = async (blob: BlobAddress): Promise<string> => {
      const found = await this.#direct.read(blob);
      assert.ok(found, `${blob.name} is not there`);
      return Buffer.from(found.bytes).toString('utf8');
    };
    const { chunks } = JSON.parse(await text(paths.manifest)) as { chunks: unknown[] };
    return {
      results: await text(paths.result('results.csv')),
      errors: await text(paths.result('results.errors.jsonl')),
      chunks: chunks.length,
    };
  }
}

/** Submits, and again like a client that got an error. Gives whether the first submit was answered. */
async function submit(context: BatchContext, engine: TestEngine, request: SubmitRequest): Promise<boolean> {
  try {
    await submitBatch(context, engine, request);
    return true;
  } catch (error) {
    assert.ok(error instanceof ScoringError, String(error));
    await submitBatch(context, engine, request);
    return false;
  }
}

async function within(limitMs: number, end: Promise<void>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} hangs`));
    }, limitMs);
  });
  await Promise.race([end, late]).finally(() => {
    clearTimeout(timer);
  });
}
