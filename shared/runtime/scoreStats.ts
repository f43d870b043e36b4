import type { PoolAnswer } from './pool.js';

const stages = ['queue', 'decode', 'load', 'run', 'encode'] as const;
type Stage = (typeof stages)[number];
export type StageMs = Readonly<Record<Stage, number>>;

/** How often something happened and how long it took in all. */
interface Tally {
  count: number;
  ms: number;
}

/** Figures of one model version on this instance, since it was first called. */
export interface ModelStats {
  readonly lastInferenceMs: number;
  /** Rows. */
  readonly inferenceCount: number;
  /** Runs. */
  readonly executionCount: number;
  readonly success: Readonly<Tally>;
  readonly fail: Readonly<Tally>;
  /** Sums per stage over the calls that succeeded. */
  readonly stages: StageMs;
  /** The call that opened the session. */
  readonly firstCall: StageMs | undefined;
  /** Mean of the calls that found it open. */
  readonly warm: { readonly count: number; readonly meanMs: StageMs } | undefined;
}

class Recorder {
  lastInferenceMs = 0;
  inferenceCount = 0;
  readonly success: Tally = { count: 0, ms: 0 };
  readonly fail: Tally = { count: 0, ms: 0 };
  readonly all = zero();
  readonly warm = zero();
  warmCount = 0;
  firstCall: StageMs | undefined;
}

/** Counts calls per model version: what the statistics route shows, and how much dearer the first call was. */
export class ScoreStats {
  readonly #recorders = new Map<string, Recorder>();

  succeeded(model: string, answer: PoolAnswer, wallMs: number): void {
    const recorder = this.#of(model);
    const took = stageMs(answer);
    recorder.lastInferenceMs = wallMs;
    recorder.inferenceCount += answer.rows;
    recorder.success.count++;
    recorder.success.ms += totalMs(took);
    add(recorder.all, took);
    if (answer.loadMs !== undefined) recorder.firstCall ??= took;
    else {
      recorder.warmCount++;
      add(recorder.warm, took);
    }
  }

  failed(model: string, tookMs: number): void {
    const { fail } = this.#of(model);
    fail.count++;
    fail.ms += tookMs;
  }

  /** Begins anew for a version that is gone or was replaced. */
  forget(model: string): void {
    this.#recorders.delete(model);
  }

  /** The figures of a model version; zeros when it was never called. */
  of(model: string): ModelStats {
    const recorder = this.#recorders.get(model) ?? new Recorder();
    const { warmCount, warm, all, success, ...rest } = recorder;
    return {
      ...rest,
      success,
      executionCount: success.count,
      stages: all,
      warm: warmCount === 0 ? undefined : { count: warmCount, meanMs: divided(warm, warmCount) },
    };
  }

  #of(model: string): Recorder {
    let recorder = this.#recorders.get(model);
    if (!recorder) {
      recorder = new Recorder();
      this.#recorders.set(model, recorder);
    }
    return recorder;
  }
}

/** The stages of one call. */
export function stageMs({ queueMs, decodeMs, loadMs, runMs, encodeMs }: PoolAnswer): StageMs {
  return { queue: queueMs, decode: decodeMs, load: loadMs ?? 0, run: runMs, encode: encodeMs };
}

export function totalMs(took: StageMs): number {
  return stages.reduce((sum, stage) => sum + took[stage], 0);
}

const zero = (): Record<Stage, number> => ({ queue: 0, decode: 0, load: 0, run: 0, encode: 0 });

function add(sum: Record<Stage, number>, took: StageMs): void {
  for (const stage of stages) sum[stage] += took[stage];
}

function divided(sum: StageMs, by: number): StageMs {
  const mean = zero();
  for (const stage of stages) mean[stage] = sum[stage] / by;
  return mean;
}
