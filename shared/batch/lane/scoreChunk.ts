import { ScoringError } from '../../errors/scoringError.js';
import type { ModelPlan } from '../../models/modelPlan.js';
import type { BatchContext } from '../batchContext.js';
import type { PinnedModel } from '../job.js';
import { JobFailure } from '../jobFailure.js';
import { asModelFault } from '../jobFaults.js';
import { pinnedPlan } from '../pinnedPlan.js';
import type { BatchPlan, PlanChunk } from '../plan/plan.js';
import type { ChunkDone, ChunkTask, SegmentTask, StartState } from './chunkTask.js';
import { firstOverlapBytes, readSegments } from './readSegments.js';

/** Tries of a chunk whose scoring thread was lost, before its rows become error rows. */
const mostTries = 3;

/** The longest overlap: a record may have 16 MiB. */
const mostOverlapBytes = 32 * 2 ** 20;

/** A chunk on its way: which, from which state, and its bytes as they come. */
export interface ChunkOrder {
  readonly chunk: number;
  readonly start: StartState;
  readonly segments: Promise<SegmentTask[]>;
  /** Its bytes are not needed any more. */
  readonly drop: () => void;
}

/** A chunk that was scored, or given up as a whole. */
export type ScoredChunk = ChunkDone & { readonly chunkFailed: boolean };

/** Chunks of one plan, scored with the models that the job is bound to. */
export class ChunkScorer {
  readonly #context: BatchContext;
  readonly #plan: BatchPlan;
  readonly #models: ReadonlyMap<string, ModelPlan>;
  readonly #signal: AbortSignal;

  private constructor(
    context: BatchContext,
    plan: BatchPlan,
    models: ReadonlyMap<string, ModelPlan>,
    signal: AbortSignal,
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#models = models;
    this.#signal = signal;
  }

  /** Looks up the models. Throws JobFailures JOB_MODEL and JOB_MODEL_CHANGED. */
  static async open(context: BatchContext, plan: BatchPlan, signal: AbortSignal): Promise<ChunkScorer> {
    const models = new Map<string, ModelPlan>();
    for (const { models: pinned } of plan.targets) {
      for (const model of pinned) models.set(modelId(model), await pinnedPlan(context, model));
    }
    return new ChunkScorer(context, plan, models, signal);
  }

  /** Begins to read the chunk, as soon as there is room for it in memory. It must be scored or dropped. */
  order(chunk: number, start: StartState): ChunkOrder {
    const permit = this.#context.chunksInMemory.acquire();
    const segments = permit.then(() => this.#read(chunk, firstOverlapBytes));
    // awaited later; a lane that ends early must not leave a rejection behind
    segments.catch(() => undefined);
    const drop = () => {
      void permit.then((giveBack) => {
        giveBack();
      });
    };
    return { chunk, start, segments, drop };
  }

  /**
   * Scores an ordered chunk. One that is given up, or whose scoring thread is lost again and again, gives error rows
   * CHUNK_FAILED. Throws JobFailures, and ScoringErrors that another lane may not meet.
   */
  async score(order: ChunkOrder, givenUp?: string): Promise<ScoredChunk> {
    try {
      return await this.#score(order, givenUp);
    } finally {
      order.drop();
    }
  }

  async #score({ chunk, start, segments }: ChunkOrder, givenUp?: string): Promise<ScoredChunk> {
    let bytes = await segments;
    let overlap = firstOverlapBytes;
    let failure = givenUp;
    for (let tries = 1; ;) {
      const task = this.#task(bytes, start, failure);
      try {
        const outcome = await this.#context.scorer.runChunk(task, this.#signal);
        if (!('needsMore' in outcome)) return { ...outcome, chunkFailed: failure !== undefined };
        if (overlap >= mostOverlapBytes) {
          throw new JobFailure(
            'JOB_RECORD_TOO_LONG',
            `a record of chunk ${chunk} is over ${mostOverlapBytes} bytes`,
          );
        }
        overlap *= 8;
      } catch (error) {
        if (!(error instanceof ScoringError) || !isOfChunk(error)) throw asModelFault(error);
        if (failure !== undefined) throw new JobFailure('JOB_INTERNAL', `chunk ${chunk} cannot even be read`);
        if (tries++ >= mostTries) failure = `scoring it failed ${mostTries} times: ${error.code}`;
      }
      bytes = await this.#read(chunk, overlap);
    }
  }

  #read(chunk: number, overlap: number): Promise<SegmentTask[]> {
    const planned = this.#plan.chunks[chunk] as PlanChunk;
    return readSegments(this.#context.store, this.#plan, planned, overlap, this.#signal);
  }

  #task(segments: readonly SegmentTask[], startState: StartState, failure: string | undefined): ChunkTask {
    const { targets, output, modelColumn, runRows } = this.#plan;
    return {
      segments,
      startState,
      targets: targets.map(({ models, columns }) => ({
        columns,
        models: models.map((model) => {
          const plan = this.#models.get(modelId(model)) as ModelPlan;
          return { name: model.name, version: model.version, plan };
        }),
      })),
      join: output.join,
      outputFormat: output.format,
      spreadsheetSafe: output.spreadsheetSafe,
      runRows,
      ...(modelColumn === undefined ? {} : { modelColumn }),
      ...(failure === undefined ? {} : { failAll: { code: 'CHUNK_FAILED', message: failure } }),
    };
  }
}

const modelId = ({ name, version }: PinnedModel) => `${name}/${version}`;

/** Whether the chunk itself may be to blame. */
const isOfChunk = ({ code }: ScoringError) =>
  code === 'SCORE_ERR_WORKER_LOST' || code === 'SCORE_ERR_INTERNAL';
