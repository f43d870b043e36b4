import { artifactCodes } from './artifactCodes.js';
import { authCodes } from './authCodes.js';
import { batchCodes } from './batchCodes.js';
import type { ErrorKind, FaultKind, WireContract } from './errorKind.js';
import { jobCodes } from './jobCodes.js';
import { modelCodes } from './modelCodes.js';
import { requestCodes } from './requestCodes.js';
import { rowCodes } from './rowCodes.js';
import { serviceCodes } from './serviceCodes.js';

const registry = {
  ...requestCodes,
  ...authCodes,
  ...serviceCodes,
  ...batchCodes,
  ...modelCodes,
  ...artifactCodes,
};

/** A code that answers a request. */
export type ErrorCode = keyof typeof registry;

/** A code for which a job fails. */
export type JobCode = keyof typeof jobCodes;

/** A code for which a row has no result. */
export type RowCode = keyof typeof rowCodes;

/** Every error code of requests with its status, title and remedy. */
export const errorCodes: Readonly<Record<ErrorCode, ErrorKind>> = registry;

/** Every code of failed jobs and rows with its title and remedy. */
export const batchFaultCodes: Readonly<Record<JobCode | RowCode, FaultKind>> = { ...jobCodes, ...rowCodes };

/** The HTTP status of a fault on a route of the given contract. */
export function statusOf(code: ErrorCode, contract: WireContract): number {
  const kind = errorCodes[code];
  return kind.wireStatus?.[contract] ?? kind.status;
}
