import { gzipSync } from 'node:zlib';
import type { JobRequest } from '../support/batch.js';
import { quotedInput } from './quotedInput.js';

/** The jobs of the sweep: three chunks each, with error rows. */
export const sweptJobs = {
  /** Cut inside quotes, so that there is a repair wave. */
  quoted: {
    options: { service: 'int64-identity', join: ['note'], parallelCount: 2 },
    records: quotedInput({ rows: 5, noteBytes: 480, isQuoted: true, badEvery: 3 }).csv,
  },
  /** Unpacked first. */
  gzip: {
    options: { service: 'int64-identity', join: ['note'], parallelCount: 2, format: 'csv', gzip: true },
    records: gzipSync(quotedInput({ rows: 5, noteBytes: 480, isQuoted: true, badEvery: 3 }).csv),
  },
} as const satisfies Record<string, JobRequest>;
