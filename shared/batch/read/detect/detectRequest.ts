import type { ColumnSpec } from '../../../models/signature.js';
import type { Dialect } from '../../job.js';

/** What is known of an input before its bytes are looked at. */
export interface DetectRequest {
  /** Its name, which may tell the format, for messages as well. */
  readonly name: string;
  readonly contentType?: string;
  readonly dialect: Dialect;
  /** The columns of each model that reads it. */
  readonly models: readonly (readonly ColumnSpec[])[];
  /** Column in which rows name their model. */
  readonly modelColumn?: string;
  /** Columns that are joined; all of them are those that are there. */
  readonly join: readonly string[] | '*';
}

/** Columns that must be there beside those of the models. */
export function otherColumns({ modelColumn, join }: DetectRequest): readonly string[] {
  return [...(modelColumn === undefined ? [] : [modelColumn]), ...(join === '*' ? [] : join)];
}
