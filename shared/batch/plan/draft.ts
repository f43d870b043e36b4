import type { BlobStore } from '../../storage/blobStore.js';
import { readJsonBlob } from '../../storage/jsonBlob.js';
import { JobPaths } from '../jobPaths.js';
import type { UnpackPlan } from '../unpack/unpackPlan.js';
import type { RowSlice } from './cutChunks.js';
import type { PlanInput, ResultColumn } from './plan.js';

/** An input that was looked into. */
export interface DraftInput {
  readonly planned: Omit<PlanInput, 'header' | 'pieces'>;
  /** Columns in the order of the file; undefined where records are JSON objects. */
  readonly header?: readonly string[];
  /** Every column that its records are known to have, with its kind. */
  readonly columns: readonly ResultColumn[];
  /** How it is unpacked; undefined for one that is read as it is. */
  readonly unpack?: UnpackPlan;
  /** Rows of row groups, for Parquet. */
  readonly slices?: readonly RowSlice[];
}

/** `inputs.json`: what was found out about the inputs of a job, before any is unpacked. */
export interface Draft {
  readonly inputs: readonly DraftInput[];
}

/** Undefined before the inputs were looked into. */
export async function readDraft(store: BlobStore, jobId: string): Promise<Draft | undefined> {
  return (await readJsonBlob<Draft>(store, new JobPaths(jobId).inputs))?.value;
}
