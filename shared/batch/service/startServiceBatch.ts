import { createHash } from 'node:crypto';
import type { ModelPlan } from '../../models/modelPlan.js';
import type { BatchContext } from '../batchContext.js';
import type { JobEngine } from '../engine.js';
import type { JobRecord, JobSpec } from '../job.js';
import { hashBody } from '../submit/hashBody.js';
import { submitBatch } from '../submitBatch.js';
import { storedItems } from './batchItems.js';
import { flattenItems } from './flattenItems.js';

/** A batch that is asked for on the route of a service. */
export interface ServiceBatchRequest {
  readonly owner: string;
  readonly jobId: string;
  /** The service. */
  readonly plan: ModelPlan;
  /** A JSON array of items. Given away: its line breaks are overwritten. */
  readonly body: Uint8Array;
  readonly parallelCount: number;
}

/**
 * Starts a batch of a service as a job: its items become rows, one each or as many as a frame has. Wrong values and
 * wrong names of columns cost their item alone. What is no item at all costs the batch: other JSON than an object, and
 * a frame whose columns are no arrays or of different lengths. Throws as `flattenItems` and `submitBatch`.
 */
export async function startServiceBatch(
  context: BatchContext,
  engine: JobEngine,
  { owner, jobId, plan, body, parallelCount }: ServiceBatchRequest,
): Promise<JobRecord> {
  const { name, version, signature } = plan;
  const { lines, items, rows } = await flattenItems(body, signature);
  const bytes = new TextEncoder().encode(JSON.stringify(storedItems(items)));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const spec: JobSpec = {
    services: [{ name, version }],
    input: {
      kind: 'body',
      contentType: 'application/jsonl',
      sizeBytes: lines.length,
      sha256: await hashBody(lines),
    },
    // with the names of the columns no row is looked at before it is scored
    dialect: {
      format: 'jsonLines',
      gzip: false,
      encoding: 'utf-8',
      columns: signature.columns.map((column) => column.name),
    },
    parallelCount,
    join: [],
    outputFormat: 'jsonLines',
    spreadsheetSafe: false,
    errorLimits: { rows: null, percent: null, chunks: anyNumber },
  };
  return submitBatch(context, engine, {
    ...{ owner, jobId, spec },
    // its records come with it
    reads: [],
    origin: 'service',
    body: lines,
    items: { count: items.length, rows, sha256, bytes },
  });
}

/** Rows of a chunk whose scoring thread was lost again and again are failed items, not a failed batch. */
const anyNumber = Number.MAX_SAFE_INTEGER;
