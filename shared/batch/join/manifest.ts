import type { JobRecord } from '../job.js';
import { countRows, type Settlement } from '../parts/settle.js';
import type { BatchPlan } from '../plan/plan.js';
import type { BuiltFile } from './buildFile.js';
import { inputDigests } from './inputDigests.js';

/** What a finished job was made of and what it made; `manifest.json`. */
export function buildManifest(
  job: JobRecord,
  plan: BatchPlan,
  settlement: Settlement,
  files: readonly BuiltFile[],
  finishedMs: number,
): object {
  const { spec, models, id, owner, origin, createdMs, rerunOf } = job;
  const digests = inputDigests(plan, settlement);
  return {
    job: id,
    owner,
    origin,
    ...(rerunOf === undefined ? {} : { rerunOf }),
    created: new Date(createdMs).toISOString(),
    finished: new Date(finishedMs).toISOString(),
    models: models.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    inputs: plan.inputs.map(({ name, etag, sizeBytes, format, gzip }, at) => ({
      name,
      etag,
      sizeBytes,
      format,
      gzip,
      digest: digests[at],
    })),
    settings: {
      parallelCount: spec.parallelCount,
      dialect: spec.dialect,
      outputFormat: spec.outputFormat,
      join: plan.output.join,
      spreadsheetSafe: spec.spreadsheetSafe,
      errorLimits: spec.errorLimits,
      runRows: plan.runRows,
      ...(spec.modelColumn === undefined ? {} : { modelColumn: spec.modelColumn }),
    },
    results: plan.targets.map(({ resultName, models: scored }, target) => ({
      name: resultName,
      models: scored.map(({ name, version }) => ({ name, version })),
      ...countRows(settlement, target),
    })),
    chunks: settlement.chunks.map(({ chunk, start, firstRow, parts }) => ({
      chunk,
      start,
      firstRow,
      segments: plan.chunks[chunk]?.segments ?? [],
      sha256: parts[0]?.sha256,
      parts: parts.map(({ succeeded, failed, chunkFailed, sizeBytes, readMs, runMs, encodeMs }) => ({
        succeeded,
        failed,
        chunkFailed,
        sizeBytes,
        readMs,
        runMs,
        encodeMs,
      })),
    })),
    files,
  };
}
