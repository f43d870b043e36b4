import { blockCell, type BlockCell } from '../batch/write/blockShape.js';
import { ScoringError } from '../errors/scoringError.js';
import type { NamedTensors } from '../protocols/codec.js';
import { float32Text, nestedText } from '../tensors/elementText.js';
import { artifactsTooLarge, mostArtifactBytes } from './artifactLimits.js';
import type { ArtifactSource, Made } from './artifactSource.js';
import { explainedOutputs } from './explainedOutputs.js';
import { numberReader } from './numberReader.js';
import type { Occlusion } from './occlude.js';

/** What is known of the run that explains a call. */
export interface ExplainedRun {
  /** Or why there was none. */
  readonly occlusion: Occlusion | string;
  /** Its outputs, or why it failed. */
  readonly outputs?: NamedTensors | ScoringError;
}

/**
 * The explanation of a call as JSON: for each explained row and column what is added to each number of the answer when the
 * column takes its baseline. Throws SCORE_ERR_ARTIFACT_TOO_LARGE.
 */
export function writeExplanation(source: ArtifactSource, { occlusion, outputs }: ExplainedRun): Made {
  if (typeof occlusion === 'string') return { note: occlusion };
  if (!outputs) return { note: 'the model was not run for it' };
  if (outputs instanceof ScoringError) return { note: `with columns at their baselines ${outputs.message}` };
  const { signature, rowCount } = source;
  const { rows, baselines } = occlusion;
  const columns = signature.columns.slice(0, baselines.length);
  const variants = rows * columns.length;
  const cells = explainedOutputs(source);
  if (cells.some(({ output }) => outputs[output.name]?.shape[0] !== variants)) {
    return { note: 'an output has not one value per row' };
  }
  const changes = cells.map((cell) => ({
    key: JSON.stringify(cell.name),
    text: changeText(blockCell(cell, source.outputs, rowCount), blockCell(cell, outputs, variants)),
  }));
  const keys = columns.map(({ name }) => JSON.stringify(name));
  const explained: string[] = [];
  let length = 0;
  for (let row = 0; row < rows; row++) {
    const members = keys.map((key, c) => {
      const variant = row * columns.length + c;
      return `${key}:{${changes.map((change) => `${change.key}:${change.text(row, variant)}`).join(',')}}`;
    });
    const text = `{"row":${row},"columns":{${members.join(',')}}}`;
    length += text.length;
    if (length > mostArtifactBytes) throw artifactsTooLarge();
    explained.push(text);
  }
  const bytes = Buffer.from(
    `{"method":"occlusion","change":"output with the column at its baseline, minus output",\n` +
      `"rows":${rowCount},"explainedRows":${rows},"columns":${signature.columns.length},"explainedColumns":${columns.length},\n` +
      `"baselines":{${keys.map((key, c) => `${key}:${baselines[c]?.json}`).join(',')}},\n` +
      `"changes":[\n${explained.join(',\n')}\n]}\n`,
  );
  const note = leftOut(source, occlusion);
  return { bytes, ...(note === undefined ? {} : { note }) };
}

/** The text of what changes between a row of the answer and a variant of it. */
function changeText(before: BlockCell, after: BlockCell): (row: number, variant: number) => string {
  const { datatype } = before.tensor;
  const write = differenceWriter(before, after);
  const isNarrow = datatype === 'FP32' || datatype === 'FP16';
  return (row, variant) => {
    const from = row * before.step + before.offset;
    const to = variant * after.step + after.offset;
    return nestedText((i) => write(from + i, to + i, isNarrow), before.shape, 0);
  };
}

function differenceWriter(before: BlockCell, after: BlockCell) {
  const { data: old } = before.tensor;
  const { data: now } = after.tensor;
  if (old instanceof BigInt64Array || old instanceof BigUint64Array) {
    return (from: number, to: number) => String((now[to] as bigint) - (old[from] as bigint));
  }
  const readOld = numberReader(before.tensor);
  const readNow = numberReader(after.tensor);
  return (from: number, to: number, isNarrow: boolean) => {
    const change = readNow(to) - readOld(from);
    if (!Number.isFinite(change)) return 'null';
    return isNarrow ? float32Text(Math.fround(change)) : String(change);
  };
}

function leftOut(
  { signature, rowCount }: ArtifactSource,
  { rows, baselines }: Occlusion,
): string | undefined {
  const parts = [
    ...(rows < rowCount ? [`the first ${rows} of ${rowCount} rows`] : []),
    ...(baselines.length < signature.columns.length
      ? [`the first ${baselines.length} of ${signature.columns.length} columns`]
      : []),
  ];
  return parts.length === 0 ? undefined : `explains ${parts.join(', ')}`;
}
