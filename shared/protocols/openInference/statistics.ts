import type { ModelStats, StageMs } from '../../runtime/scoreStats.js';
import { totalMs } from '../../runtime/scoreStats.js';

/**
 * One entry of `model_stats` (contracts/open-protocols.md 2.3) with two members of our own: `first_call` and `warm` show
 * per stage what the call that opened the session took and what the later ones take, `first_to_warm_ratio` how much
 * dearer the first one was.
 */
export function modelStatistics(name: string, version: string, stats: ModelStats) {
  const { stages, success, fail, firstCall, warm } = stats;
  return {
    name,
    version,
    last_inference: stats.lastInferenceMs,
    inference_count: stats.inferenceCount,
    execution_count: stats.executionCount,
    inference_stats: {
      success: duration(success.count, success.ms),
      fail: duration(fail.count, fail.ms),
      queue: duration(success.count, stages.queue),
      compute_input: duration(success.count, stages.decode),
      compute_infer: duration(success.count, stages.run),
      compute_output: duration(success.count, stages.encode),
      cache_hit: duration(0, 0),
      cache_miss: duration(0, 0),
    },
    batch_stats: [],
    memory_usage: [],
    first_call: firstCall ? callFigures(firstCall) : null,
    warm: warm ? { count: warm.count, ...callFigures(warm.meanMs) } : null,
    first_to_warm_ratio: firstCall && warm ? rounded(totalMs(firstCall) / totalMs(warm.meanMs)) : null,
  };
}

const duration = (count: number, ms: number) => ({ count, ns: Math.round(ms * 1e6) });

function callFigures(took: StageMs) {
  return {
    total_ms: rounded(totalMs(took)),
    queue_ms: rounded(took.queue),
    decode_ms: rounded(took.decode),
    load_ms: rounded(took.load),
    run_ms: rounded(took.run),
    encode_ms: rounded(took.encode),
  };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;
