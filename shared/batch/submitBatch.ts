import { ScoringError } from '../errors/scoringError.js';
import type { BatchContext } from './batchContext.js';
import type { JobEngine } from './engine.js';
import type { JobItems, JobRecord, JobSpec, PinnedModel, UploadReads } from './job.js';
import { writeIndex } from './jobIndex.js';
import { JobPaths } from './jobPaths.js';
import { createJob, readJob } from './jobStore.js';
import { isTerminal } from './state.js';
import { requestSha256 } from './submit/requestSha256.js';

/** A job that somebody asks for. */
export interface SubmitRequest {
  readonly owner: string;
  /** Whose uploads it may read: `uploadReadsOf` who asks. */
  readonly reads: UploadReads;
  readonly origin: JobRecord['origin'];
  /** Made by `jobIdFor` and its kin: the same for a repeat under one idempotency key. */
  readonly jobId: string;
  readonly spec: JobSpec;
  /** The records of a body input, as they came. */
  readonly body?: Uint8Array;
  /** Which of these records belong to which item, for `origin` service. */
  readonly items?: JobItems & { readonly bytes: Uint8Array };
  readonly rerunOf?: string;
}

/**
 * The one way to start a job, whoever asks: pins the models, stores the body and the record, and has the engine start
 * the run. A repeat gives the job that is there: one run, however often and whenever it is asked for. Resolves when the
 * engine has accepted the run.
 *
 * Throws the errors of `Catalog.plan`, SCORE_ERR_JOB_CONFLICT for the same id with another request, and those of storage.
 */
export async function submitBatch(
  context: BatchContext,
  engine: JobEngine,
  request: SubmitRequest,
): Promise<JobRecord> {
  const { store, clock } = context;
  const { jobId, owner, reads, origin, spec, body, items, rerunOf } = request;
  const hash = requestSha256(spec, rerunOf, items?.sha256);
  const known = await readJob(store, jobId);
  if (known) return repeat(context, engine, known, hash, owner);
  const models = await pinModels(context, spec);
  if (body && spec.input.kind === 'body') {
    const { contentType, sha256 } = spec.input;
    await store.put(new JobPaths(jobId).body(sha256), body, { contentType });
  }
  if (items) {
    const contentType = 'application/json';
    await store.put(new JobPaths(jobId).items(items.sha256), items.bytes, { contentType });
  }
  const createdMs = clock.wallMs();
  const job: JobRecord = {
    id: jobId,
    owner,
    reads,
    origin,
    ...(items ? { items: { count: items.count, rows: items.rows, sha256: items.sha256 } } : {}),
    createdMs,
    requestSha256: hash,
    spec,
    models,
    state: 'Pending',
    history: [{ state: 'Pending', atMs: createdMs }],
    stages: {},
    restarts: 0,
    ...(rerunOf === undefined ? {} : { rerunOf }),
  };
  if (!(await createJob(store, job))) {
    const first = await readJob(store, jobId);
    if (first) return repeat(context, engine, first, hash, owner);
    throw new ScoringError('SCORE_ERR_STATE_BUSY', 'the job was removed while it was submitted');
  }
  // first, so that it never comes after what the run writes there
  await writeIndex(store, job);
  await engine.start(jobId);
  return job;
}

/** The versions that the job is bound to, in the order of `services`. */
async function pinModels({ catalog }: BatchContext, { services }: JobSpec): Promise<PinnedModel[]> {
  const models: PinnedModel[] = [];
  for (const { name, version } of services) {
    const plan = await catalog.plan(name, version);
    models.push({ name: plan.name, version: plan.version, sha256: plan.sha256 });
  }
  return models;
}

/** The job that is there already; its run is started where the first call did not live to see it. */
async function repeat(
  { store }: BatchContext,
  engine: JobEngine,
  job: JobRecord,
  hash: string,
  owner: string,
): Promise<JobRecord> {
  if (job.requestSha256 !== hash || job.owner !== owner || job.deletedMs !== undefined) {
    const message = 'the idempotency key was used for another request: other records, options or model';
    throw new ScoringError('SCORE_ERR_JOB_CONFLICT', message);
  }
  if (!isTerminal(job.state) && (await engine.stateOf(job.id)) === 'unknown') {
    await writeIndex(store, job);
    await engine.start(job.id);
  }
  return job;
}
