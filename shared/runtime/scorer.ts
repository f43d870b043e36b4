import type { ChunkDone, ChunkNeedsMore, ChunkTask } from '../batch/lane/chunkTask.js';
import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';
import type { Catalog } from '../models/catalog.js';
import type { ModelPlan } from '../models/modelPlan.js';
import type { CodecName } from '../protocols/codecs.js';
import type { Pool } from './pool.js';
import { stageMs, type ScoreStats, type StageMs } from './scoreStats.js';

/** One scoring call in the wire form of a protocol. */
export interface ScoreRequest {
  readonly model: string;
  /** The newest servable one when absent. */
  readonly version?: string;
  readonly codec: CodecName;
  /** The bytes as they came. Given away: do not read them afterwards. */
  readonly body: Uint8Array;
}

export interface ScoreResult {
  /** The answer in the same wire form. */
  readonly body: Uint8Array;
  readonly rows: number;
  readonly plan: ModelPlan;
  readonly took: StageMs;
  /** Whether this call waited for the session to be opened. */
  readonly cold: boolean;
}

/** The one way to run a model: every protocol and every batch lane ends here. */
export class Scorer {
  readonly #catalog: Catalog;
  readonly #pool: Pool;
  readonly #stats: ScoreStats;
  readonly #clock: Clock;

  constructor(catalog: Catalog, pool: Pool, stats: ScoreStats, clock: Clock) {
    this.#catalog = catalog;
    this.#pool = pool;
    this.#stats = stats;
    this.#clock = clock;
  }

  /** Throws the errors of `Catalog.plan` and of `Pool.score`. */
  async score({ model, version, codec, body }: ScoreRequest): Promise<ScoreResult> {
    const plan = await this.#catalog.planToRun(model, version);
    const start = this.#clock.nowMs();
    const statsKey = modelKey(plan.name, plan.version);
    try {
      const answer = await this.#pool.score({ plan, name: plan.name, version: plan.version, codec, body });
      this.#stats.succeeded(statsKey, answer, this.#clock.wallMs());
      return {
        body: answer.body,
        rows: answer.rows,
        plan,
        took: stageMs(answer),
        cold: answer.loadMs !== undefined,
      };
    } catch (error) {
      this.#stats.failed(statsKey, this.#clock.nowMs() - start);
      if (error instanceof ScoringError) {
        error.model = plan;
        this.#lookAgain(error);
      }
      throw error;
    }
  }

  /** Scores a chunk of a batch job with the plans that it brings. Throws as `Pool.runChunk`. */
  async runChunk(task: ChunkTask, signal: AbortSignal): Promise<ChunkDone | ChunkNeedsMore> {
    try {
      return await this.#pool.runChunk(task, signal);
    } catch (error) {
      if (error instanceof ScoringError) this.#lookAgain(error);
      throw error;
    }
  }

  /** Where its files have changed and nobody watches the folder, nobody would look again. */
  #lookAgain({ code }: ScoringError): void {
    if (code === 'SCORE_ERR_MODEL_LOADING') this.#catalog.refresh().catch(() => undefined);
  }
}

/** The key of a model version in the statistics. */
export function modelKey(name: string, version: string): string {
  return `${name}/${version}`;
}
