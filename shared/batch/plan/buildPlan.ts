import type { ModelPlan } from '../../models/modelPlan.js';
import type { BatchContext } from '../batchContext.js';
import type { JobFault, JobRecord } from '../job.js';
import { JobFailure } from '../jobFailure.js';
import { bindColumns } from '../read/bindColumns.js';
import type { PieceList } from '../unpack/unpackInput.js';
import { resultColumns } from '../write/resultColumns.js';
import { itemWork } from '../service/itemWork.js';
import { cutChunks, type RowSlice } from './cutChunks.js';
import type { Draft } from './draft.js';
import type { BatchPlan, PlanInput, PlanTarget, ResultColumn } from './plan.js';
import { probeWork } from './probeWork.js';

/**
 * Makes the plan of a job out of its inputs, unpacked where that was needed. Tries the models on the first records, to
 * find how many rows a run and how many bytes a chunk should have. Throws JobFailures.
 */
export async function buildPlan(
  context: BatchContext,
  job: JobRecord,
  models: readonly ModelPlan[],
  draft: Draft,
  lists: ReadonlyMap<number, PieceList>,
): Promise<BatchPlan> {
  const { spec } = job;
  const headers = new HeaderList();
  const { inputs, endsWith } = readable(draft, lists, headers);
  const join = joinedColumns(job, draft);
  const plan: Omit<BatchPlan, 'chunks' | 'runRows' | 'lanes'> = {
    inputs,
    headers: headers.list,
    targets: targetsOf(job, models, join),
    output: {
      format: spec.outputFormat,
      join: join.map(({ name }) => name),
      spreadsheetSafe: spec.spreadsheetSafe,
    },
    parquetColumns: neededColumns(job, models, join),
    ...(spec.modelColumn === undefined ? {} : { modelColumn: spec.modelColumn }),
    ...(endsWith === undefined ? {} : { endsWith }),
  };
  const slices = new Map<number, readonly RowSlice[]>();
  for (const [at, { slices: own }] of draft.inputs.entries()) if (own) slices.set(at, own);
  const work = await probeWork(context, plan, slices);
  const own = itemWork(job);
  const chunks = cutChunks(inputs, slices, Math.min(work.chunkBytes, own.chunkBytes));
  return {
    ...plan,
    chunks,
    runRows: own.runRows ?? work.runRows,
    lanes: Math.max(1, Math.min(spec.parallelCount, chunks.length, work.lanes)),
  };
}

/** Headers that several inputs share are kept once. */
class HeaderList {
  readonly list: string[][] = [];
  readonly #places = new Map<string, number>();

  placeOf(header: readonly string[]): number {
    const key = JSON.stringify(header);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.list.length);
    return this.list.push([...header]) - 1;
  }
}

/** The inputs up to the first one that cannot be read to its end. */
function readable(
  draft: Draft,
  lists: ReadonlyMap<number, PieceList>,
  headers: HeaderList,
): { readonly inputs: PlanInput[]; readonly endsWith?: JobFault } {
  const inputs: PlanInput[] = [];
  for (const [at, { planned, header }] of draft.inputs.entries()) {
    const list = lists.get(at);
    inputs.push({
      ...planned,
      ...(header === undefined ? {} : { header: headers.placeOf(header) }),
      ...(list ? { pieces: list.pieces, text: list.layout.text } : {}),
    });
    if (list?.fault) return { inputs, endsWith: list.fault };
  }
  return { inputs };
}

/** The joined columns with their kinds. Throws a JobFailure JOB_COLUMNS that names all that an input lacks. */
function joinedColumns({ spec: { join } }: JobRecord, { inputs }: Draft): ResultColumn[] {
  const [first] = inputs;
  const names = join === '*' ? (first?.columns ?? []).map(({ name }) => name) : join;
  for (const { planned, header } of inputs) {
    // JSON objects may have any keys
    if (!header) continue;
    const places = bindColumns(header, names);
    const missing = names.filter((_, at) => places[at] === -1);
    if (missing.length === 0) continue;
    const message = `input '${planned.name}' has no column ${missing.join(', ')} to join`;
    throw new JobFailure('JOB_COLUMNS', message);
  }
  return names.map((name) => ({
    name,
    kind: first?.columns.find((column) => column.name === name)?.kind ?? (first?.header ? 'text' : 'json'),
  }));
}

function targetsOf(
  { spec, models: pinned }: JobRecord,
  models: readonly ModelPlan[],
  join: ResultColumn[],
): PlanTarget[] {
  const format = spec.outputFormat;
  if (spec.modelColumn !== undefined) {
    const columns = resultColumns(
      models.map(({ signature }) => signature),
      join,
      format,
    );
    return [{ models: pinned, resultName: 'results', columns }];
  }
  return models.map(({ name, version, sha256, signature }) => ({
    models: [{ name, version, sha256 }],
    resultName: models.length === 1 ? 'results' : `${name}-${version}`,
    columns: resultColumns([signature], join, format),
  }));
}

function neededColumns({ spec }: JobRecord, models: readonly ModelPlan[], join: ResultColumn[]): string[] {
  const names = models.flatMap(({ signature }) => signature.columns.map(({ name }) => name));
  const model = spec.modelColumn === undefined ? [] : [spec.modelColumn];
  return [...new Set([...names, ...model, ...join.map(({ name }) => name)])];
}
