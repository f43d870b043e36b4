import { createHash } from 'node:crypto';
import { limiter } from '../../limiter.js';
import type { ModelPlan } from '../../models/modelPlan.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { asInputFault } from '../jobFaults.js';
import { detectInput, headBytes, type DetectedInput } from '../read/detectInput.js';
import { otherColumns, type DetectRequest } from '../read/detect/detectRequest.js';
import { requireColumns } from '../read/detect/requireColumns.js';
import { planParquet } from '../read/parquet/planParquet.js';
import type { Draft, DraftInput } from './draft.js';
import { resolveInputs, type FoundInput } from './resolveInputs.js';

/** Inputs looked into at once. */
const atOnce = 8;

/** A larger row group could not be read within bounds. */
const mostRowGroupBytes = 256 * 2 ** 20;

/**
 * Looks into all inputs of a job before any work is done: what they are, which columns they have. Throws JobFailures for
 * inputs that are missing, no table, or without the columns that the models need.
 */
export async function inspectInputs(
  context: BatchContext,
  job: JobRecord,
  models: readonly ModelPlan[],
): Promise<Draft> {
  const limited = limiter(atOnce);
  const found = await resolveInputs(context.store, job);
  const inputs = await Promise.all(found.map((one) => limited(() => inspect(context, job, models, one))));
  return { inputs };
}

async function inspect(
  context: BatchContext,
  { spec }: JobRecord,
  models: readonly ModelPlan[],
  { name, blob, etag, sizeBytes, contentType }: FoundInput,
): Promise<DraftInput> {
  const request: DetectRequest = {
    name,
    dialect: spec.dialect,
    models: models.map(({ signature }) => signature.columns),
    join: spec.join,
    ...(spec.modelColumn === undefined ? {} : { modelColumn: spec.modelColumn }),
    ...(contentType === undefined ? {} : { contentType }),
  };
  const read = (from: number, to: number) => context.store.readRange(blob, from, to, { ifMatch: etag });
  try {
    const head = await read(0, Math.min(headBytes, sizeBytes));
    const isWhole = sizeBytes <= headBytes;
    const detected = await detectInput(head, isWhole, request);
    const known = { name, blob, etag, sizeBytes, ...digest(spec.input, head, isWhole) };
    if (detected.format !== 'parquet') return textDraft(context, request, known, detected);
    const wanted =
      spec.join === '*'
        ? '*'
        : [...request.models.flat().map((column) => column.name), ...otherColumns(request)];
    const { layout, columns, slices } = await planParquet(read, sizeBytes, {
      sliceBytes: context.settings.chunkBytes,
      maxRowGroupBytes: mostRowGroupBytes,
      wanted,
    });
    const names = columns.map((column) => column.name);
    requireColumns(request, names);
    const planned = { ...known, format: 'parquet' as const, gzip: false, dataStart: 0, parquet: layout };
    return { planned, header: names, columns, slices };
  } catch (error) {
    throw asInputFault(error, name);
  }
}

function textDraft(
  { settings }: BatchContext,
  { dialect }: DetectRequest,
  known: Pick<DraftInput['planned'], 'name' | 'blob' | 'etag' | 'sizeBytes' | 'sha256'>,
  {
    gzip,
    format,
    text,
    header,
    keys,
    dataStart,
    needsRewrite,
  }: Exclude<DetectedInput, { readonly format: 'parquet' }>,
): DraftInput {
  const isTable = format === 'csv' || format === 'tsv';
  const unpacks = gzip || needsRewrite || (format === 'jsonArray' && known.sizeBytes > settings.chunkBytes);
  return {
    planned: { ...known, format, gzip, text, dataStart },
    ...(header === undefined ? {} : { header }),
    columns: (header ?? keys ?? []).map((column) => ({ name: column, kind: isTable ? 'text' : 'json' })),
    ...(unpacks
      ? {
          unpack: {
            gzip,
            format,
            text,
            skipBytes: dataStart,
            pieceBytes: settings.chunkBytes,
            ...(needsRewrite ? { dialect } : {}),
          },
        }
      : {}),
  };
}

/** The SHA-256 of an input that is known without reading it once more. */
function digest(input: JobRecord['spec']['input'], head: Uint8Array, isWhole: boolean): { sha256?: string } {
  if (input.kind === 'body') return { sha256: input.sha256 };
  return isWhole ? { sha256: createHash('sha256').update(head).digest('hex') } : {};
}
