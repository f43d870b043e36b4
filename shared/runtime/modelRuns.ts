import { declaredRows } from '../models/declaredRows.js';
import { fixedBatch } from '../models/fixedBatch.js';
import type { TensorRows } from '../batch/read/tensorRows.js';
import type { BlockWriter, RowWriter } from '../batch/write/rowWriter.js';
import { ScoringError } from '../errors/scoringError.js';
import type { Signature } from '../models/signature.js';
import type { NamedTensors } from '../protocols/codec.js';
import type { Pacer, Step } from './pacer.js';

/** What runs a model: an open session. */
export interface ModelRunner {
  /** Throws SCORE_ERR_RUN_FAILED. */
  run(feeds: NamedTensors, fetches: readonly string[]): Promise<NamedTensors>;
}

/** Rows [from, to) of the sink: rows 0 and on of a block, or one row on which the model failed. */
export type RunPiece =
  | { readonly from: number; readonly to: number; readonly block: BlockWriter }
  | { readonly from: number; readonly to: number; readonly fault: string };

export interface ModelRunsOptions {
  /** Index of the model in its target. */
  readonly model: number;
  readonly signature: Signature;
  readonly runner: ModelRunner;
  readonly sink: TensorRows;
  readonly writer: RowWriter;
  /** Rows per run. */
  readonly runRows: number;
  readonly pacer: Pacer;
  readonly step: Step;
}

/**
 * Runs one model over the rows of its sink. Where the runs begin and end depends on the rows alone. A run that fails is
 * halved until the rows are found that fail alone.
 */
export class ModelRuns {
  readonly #options: ModelRunsOptions;
  readonly #fetches: readonly string[];
  readonly #batch: number | undefined;
  /** An output has no rows: one row is run at a time, so that each row gets its own value. */
  #rowByRow: boolean;

  constructor(options: ModelRunsOptions) {
    const { signature } = options;
    this.#options = options;
    this.#fetches = signature.outputs.map(({ name }) => name);
    this.#batch = fixedBatch(signature);
    this.#rowByRow = signature.outputs.some((output) => declaredRows(output, signature) === 'whole');
  }

  /** All rows of the sink, in order. */
  async runAll(): Promise<RunPiece[]> {
    const { sink, runRows } = this.#options;
    const pieces: RunPiece[] = [];
    for (let from = 0; from < sink.count;) {
      const rows = this.#rowByRow ? 1 : (this.#batch ?? runRows);
      const to = sink.sameShapeUntil(from, Math.min(sink.count, from + rows));
      await this.#run(from, to, pieces);
      from = to;
    }
    return pieces;
  }

  async #run(from: number, to: number, pieces: RunPiece[]): Promise<void> {
    const outcome = await this.#tryRun(from, to);
    if (typeof outcome === 'object') pieces.push({ from, to, block: outcome });
    else if (to - from === 1) pieces.push({ from, to, fault: outcome });
    else if (this.#rowByRow) {
      for (let row = from; row < to; row++) await this.#run(row, row + 1, pieces);
    } else {
      const middle = from + Math.ceil((to - from) / 2);
      await this.#run(from, middle, pieces);
      await this.#run(middle, to, pieces);
    }
  }

  /** The block of the outputs, or the message of the runtime. */
  async #tryRun(from: number, to: number): Promise<BlockWriter | string> {
    const { sink, runner, writer, model, pacer, step } = this.#options;
    const size = this.#batch ?? to - from;
    await pacer.all(step, size);
    const startMs = performance.now();
    try {
      const feeds = this.#batch === undefined ? sink.feeds(from, to) : sink.paddedFeeds(from, to, size);
      const outputs = await runner.run(feeds, this.#fetches);
      if (to - from > 1 && this.#lacksRows(outputs, size)) {
        this.#rowByRow = true;
        return 'an output has no rows';
      }
      return writer.block(model, outputs, size);
    } catch (error) {
      if (error instanceof ScoringError && error.code === 'SCORE_ERR_RUN_FAILED') return error.message;
      throw error;
    } finally {
      pacer.did(step, size, startMs);
    }
  }

  /** Outputs without a declared shape show only now whether they have rows. */
  #lacksRows(outputs: NamedTensors, rows: number): boolean {
    return this.#options.signature.outputs.some(
      ({ name, shape }) => shape.length === 0 && outputs[name]?.shape[0] !== rows,
    );
  }
}
