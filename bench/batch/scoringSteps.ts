import type { SegmentTask } from '../../shared/batch/lane/chunkTask.js';
import type { BatchPlan, PlanTarget } from '../../shared/batch/plan/plan.js';
import { csvEnds } from '../../shared/batch/read/csv/csvEnds.js';
import { openReader } from '../../shared/batch/read/openReader.js';
import { TensorRows } from '../../shared/batch/read/tensorRows.js';
import { openRowWriter } from '../../shared/batch/write/rowWriter.js';
import type { ModelPlan } from '../../shared/models/modelPlan.js';
import type { NamedTensors } from '../../shared/protocols/codec.js';
import { chunkDigest } from '../../shared/runtime/chunkDigest.js';
import { Pacer } from '../../shared/runtime/pacer.js';
import { Session } from '../../shared/runtime/session.js';

/** Rows of one run: what goes into the model and what comes out of it. */
interface Block {
  readonly rows: number;
  readonly feeds: NamedTensors;
  outputs: NamedTensors;
}

const noCells: readonly unknown[] = [];

/**
 * What a worker does with the chunks of a plan, one step at a time over all of them, without storage and without pauses.
 * A step works on what the step before has left.
 */
export class ScoringSteps {
  /** Encoded rows by chunk, after `encode`. */
  parts: Uint8Array[] = [];
  readonly #plan: BatchPlan;
  readonly #model: ModelPlan;
  readonly #chunks: readonly (readonly SegmentTask[])[];
  #blocks: Block[][] = [];

  /** For a plan of one model; `chunks` holds the bytes of each of its chunks. */
  constructor(plan: BatchPlan, model: ModelPlan, chunks: readonly (readonly SegmentTask[])[]) {
    this.#plan = plan;
    this.#model = model;
    this.#chunks = chunks;
  }

  /** Reads all records into tensors. Gives their number. */
  async parse(): Promise<number> {
    let rows = 0;
    await this.#readAll((filled) => {
      rows += filled.count;
    });
    return rows;
  }

  /** The same, and keeps the tensors for `run`. */
  async prepare(): Promise<void> {
    const blocks = this.#chunks.map((): Block[] => []);
    await this.#readAll((filled, chunk) => {
      const feeds = structuredClone(filled.feeds(0, filled.count));
      blocks[chunk]?.push({ rows: filled.count, feeds, outputs: {} });
    });
    this.#blocks = blocks;
  }

  /** Runs the model over all tensors, on this thread. */
  async run(): Promise<void> {
    const session = await Session.open(this.#model);
    const fetches = this.#model.signature.outputs.map(({ name }) => name);
    for (const block of this.#blocks.flat()) block.outputs = await session.run(block.feeds, fetches);
    await session.release();
  }

  /** Writes the result rows of all outputs. */
  async encode(): Promise<void> {
    const { output, targets } = this.#plan;
    const { format, spreadsheetSafe } = output;
    const { columns } = targets[0] as PlanTarget;
    const models = [this.#model.signature];
    this.parts = [];
    for (const blocks of this.#blocks) {
      const writer = openRowWriter({ format, columns, models, joinCount: 0, spreadsheetSafe });
      for (const { outputs, rows } of blocks) {
        const block = writer.block(0, outputs, rows);
        for (let row = 0; row < rows; row++) block.row(row, noCells);
      }
      this.parts.push(await writer.finish());
    }
  }

  /** Finds the quotes at the cuts and hashes the bytes. */
  async digest(): Promise<void> {
    const pacer = new Pacer(() => Promise.resolve());
    for (const segments of this.#chunks) {
      for (const segment of segments) if (segment.kind === 'text') csvEnds(segment);
      await chunkDigest(segments, pacer);
    }
  }

  async #readAll(onFull: (filled: TensorRows, chunk: number) => void): Promise<void> {
    const { runRows } = this.#plan;
    const { signature } = this.#model;
    for (const [chunk, segments] of this.#chunks.entries()) {
      const sink = new TensorRows(signature, runRows);
      for (const segment of segments) {
        const target = { columns: signature.columns, sink };
        const reader = await openReader(segment, 'o', { target, join: [] });
        while (reader.read(runRows - sink.count)) {
          if (sink.count < runRows) continue;
          onFull(sink, chunk);
          sink.reset();
        }
      }
      if (sink.count > 0) onFull(sink, chunk);
    }
  }
}
