import { requireServices } from '../../auth/access.js';
import type { Principal } from '../../auth/principal.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { jobNotFound } from '../jobStore.js';
import { ownJob } from '../ownJob.js';

/** A model version as it is listed, whatever alias it was called by. */
export interface ServiceVersion {
  readonly name: string;
  readonly version: string;
}

/** Who calls, and what he sees. */
interface Caller {
  readonly batch: BatchContext;
  readonly caller: Principal;
  readonly owners: readonly string[] | 'all';
}

/**
 * The service that the path of a call names. Throws SCORE_ERR_MODEL_NOT_FOUND, SCORE_ERR_VERSION_NOT_FOUND, and
 * SCORE_ERR_ACCESS_FORBIDDEN for a caller who is bound to others.
 */
export async function calledService(
  { batch, caller }: Caller,
  { name = '', version = '' }: Readonly<Record<string, string>>,
): Promise<ServiceVersion> {
  const service = await batch.catalog.lookUp(name, version);
  requireServices(caller, service);
  return { name: service.name, version: service.version };
}

/**
 * The batch that the path of a call names, and that the caller sees: under the version with which it was started, also when
 * that is gone by now, and under every alias of its service, whatever the alias stands for by now.
 *
 * Throws as `calledService`, and SCORE_ERR_JOB_NOT_FOUND, also for a batch of another service or version and for a job that
 * was started otherwise.
 */
export async function calledBatch(
  tools: Caller,
  params: Readonly<Record<string, string>>,
): Promise<JobRecord> {
  const job = await seenBatch(tools, params.id);
  const [model] = job?.models ?? [];
  const isOfService = model !== undefined && model.name === params.name;
  if (job && isOfService && model.version === params.version) {
    requireServices(tools.caller, model);
    return job;
  }
  const { version } = await calledService(tools, params);
  if (job && isOfService && version !== params.version) return job;
  throw jobNotFound(params.id ?? '');
}

async function seenBatch(tools: Caller, id: string | undefined): Promise<JobRecord | undefined> {
  try {
    const job = await ownJob(tools, id);
    return job.items ? job : undefined;
  } catch (error) {
    if (error instanceof ScoringError && error.code === 'SCORE_ERR_JOB_NOT_FOUND') return undefined;
    throw error;
  }
}
