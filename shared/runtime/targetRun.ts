import type { ChunkTask, TargetDone, TargetTask } from '../batch/lane/chunkTask.js';
import { fixedBatch } from '../models/fixedBatch.js';
import type { ReadBlock, ReadWant, RowTarget } from '../batch/read/recordReader.js';
import { TensorRows } from '../batch/read/tensorRows.js';
import { openRowWriter, type RowWriter } from '../batch/write/rowWriter.js';
import { takesLongIntegers, type Signature } from '../models/signature.js';
import { ChunkWindow } from './chunkWindow.js';
import { ErrorRows } from './errorRows.js';
import { ModelRuns, type ModelRunner, type RunPiece } from './modelRuns.js';
import type { Pacer, Step } from './pacer.js';

/** The kinds of work on a chunk. */
export interface ChunkSteps {
  readonly read: Step;
  /** Per model of the target. */
  readonly runs: readonly Step[];
  readonly encode: Step;
}

/**
 * One target of a chunk on a worker: takes the rows that are read, and scores and encodes them whenever a window is full.
 * Windows are counted in rows from the start of the chunk, over its segments, so that the runs of a chunk are always the
 * same ones.
 */
export class TargetRun {
  /** What readers have to deliver. */
  readonly want: ReadWant;
  readonly #task: ChunkTask;
  readonly #pacer: Pacer;
  readonly #steps: ChunkSteps;
  readonly #sinks: readonly TensorRows[];
  readonly #runs: readonly ModelRuns[];
  readonly #writer: RowWriter;
  readonly #errors = new ErrorRows();
  readonly #modelOf = new Map<string, number>();
  readonly #window: ChunkWindow;
  readonly #windowRows: number;
  #succeeded = 0;

  /** `runners`: the sessions of the target's models; none when the task says that all rows fail. */
  constructor(
    task: ChunkTask,
    { models, columns }: TargetTask,
    runners: readonly ModelRunner[],
    pacer: Pacer,
    steps: ChunkSteps,
  ) {
    const signatures = models.map(({ plan }) => plan.signature);
    const { outputFormat: format, join, modelColumn, runRows, spreadsheetSafe } = task;
    const windowRows = Math.max(...signatures.map((signature) => wholeRuns(signature, runRows)));
    const sinks = signatures.map((signature) => new TensorRows(signature, windowRows));
    const writer = openRowWriter({
      format,
      columns,
      models: signatures,
      joinCount: join.length,
      spreadsheetSafe,
    });
    const targets = signatures.map((signature, i): RowTarget => ({
      columns: signature.columns,
      sink: sinks[i] as TensorRows,
      exactIntegers: takesLongIntegers(signature),
    }));
    for (const [i, { name }] of models.entries()) this.#modelOf.set(name, i);
    const byModel = new Map(models.map(({ name }, i) => [name, targets[i] as RowTarget]));
    this.want = {
      target: modelColumn === undefined ? (targets[0] as RowTarget) : { modelColumn, byModel },
      join,
    };
    this.#task = task;
    this.#pacer = pacer;
    this.#steps = steps;
    this.#sinks = sinks;
    this.#writer = writer;
    this.#window = new ChunkWindow(models.length);
    this.#windowRows = windowRows;
    this.#runs = runners.map(
      (runner, model) =>
        new ModelRuns({
          model,
          signature: signatures[model] as Signature,
          runner,
          sink: sinks[model] as TensorRows,
          writer,
          runRows,
          pacer,
          step: steps.runs[model] as Step,
        }),
    );
  }

  /** Rows that may be read before the next `add`. */
  get room(): number {
    return this.#windowRows - this.#window.count;
  }

  /** Takes what was read of a segment, and scores it when the window is full. */
  async add(segment: number, block: ReadBlock): Promise<void> {
    for (const fault of block.faults) this.#errors.addFault(segment, fault);
    this.#window.add(segment, block, (name) => this.#modelOf.get(name) as number);
    if (this.room === 0) await this.#score();
    else if (this.#window.count === 0) this.#errors.settle();
  }

  /** Scores the rest and gives the results. */
  async finish(): Promise<TargetDone> {
    await this.#score();
    const startMs = performance.now();
    const part = await this.#writer.finish();
    const errors = this.#errors.take();
    this.#pacer.did(this.#steps.encode, 1, startMs);
    return { part, errors, succeeded: this.#succeeded, failed: this.#errors.count };
  }

  async #score(): Promise<void> {
    const { failAll } = this.#task;
    const { segments, records, count } = this.#window;
    if (failAll) {
      for (let i = 0; i < count; i++) {
        this.#errors.addRow(segments[i] as number, records[i] as number, failAll.code, failAll.message);
      }
    } else {
      const pieces: RunPiece[][] = [];
      for (const runs of this.#runs) pieces.push(await runs.runAll());
      await this.#encode(pieces);
    }
    this.#errors.settle();
    this.#window.reset();
    for (const sink of this.#sinks) sink.reset();
  }

  /** Writes the rows of the window in the order of the input; each model's rows stand in the order of its pieces. */
  async #encode(piecesOf: readonly (readonly RunPiece[])[]): Promise<void> {
    const { count } = this.#window;
    const current = piecesOf.map(() => 0);
    for (let at = 0; at < count;) {
      const end = at + (await this.#pacer.some(this.#steps.encode, count - at));
      const startMs = performance.now();
      for (let i = at; i < end; i++) this.#encodeRow(i, piecesOf, current);
      this.#pacer.did(this.#steps.encode, end - at, startMs);
      at = end;
    }
  }

  #encodeRow(i: number, piecesOf: readonly (readonly RunPiece[])[], current: number[]): void {
    const { segments, records, models, rows, joined } = this.#window;
    const model = models[i] as number;
    const row = rows[i] as number;
    const pieces = piecesOf[model] as readonly RunPiece[];
    let piece = pieces[current[model] as number] as RunPiece;
    while (row >= piece.to) piece = pieces[++(current[model] as number)] as RunPiece;
    if ('block' in piece) {
      piece.block.row(row - piece.from, joined[i] as readonly unknown[]);
      this.#succeeded++;
    } else {
      this.#errors.addRow(segments[i] as number, records[i] as number, 'ROW_RUN_FAILED', piece.fault);
    }
  }
}

/** As many rows as fill runs of the model. */
function wholeRuns(signature: Signature, runRows: number): number {
  const batch = fixedBatch(signature) ?? 1;
  return Math.ceil(runRows / batch) * batch;
}
