import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelStatistics } from '../../../shared/protocols/openInference/statistics.js';
import { ScoreStats } from '../../../shared/runtime/scoreStats.js';

const body = new Uint8Array(0);
const answer = (rows: number, runMs: number, loadMs?: number) => ({
  body,
  rows,
  queueMs: 1,
  decodeMs: 2,
  runMs,
  encodeMs: 3,
  ...(loadMs === undefined ? {} : { loadMs }),
});

test('a model that was never called has zeros and no first call', () => {
  const { first_call, warm, first_to_warm_ratio, inference_stats } = modelStatistics(
    'm',
    '1',
    new ScoreStats().of('m/1'),
  );
  assert.deepEqual([first_call, warm, first_to_warm_ratio], [null, null, null]);
  assert.deepEqual(inference_stats.success, { count: 0, ns: 0 });
});

test('the first call and the warm ones are told apart', () => {
  const stats = new ScoreStats();
  stats.succeeded('m/1', answer(1, 10, 80), 5);
  stats.succeeded('m/1', answer(4, 3), 6);
  stats.succeeded('m/1', answer(4, 5), 7);
  const shown = modelStatistics('m', '1', stats.of('m/1'));
  assert.deepEqual(shown.first_call, {
    total_ms: 96,
    queue_ms: 1,
    decode_ms: 2,
    load_ms: 80,
    run_ms: 10,
    encode_ms: 3,
  });
  assert.deepEqual(shown.warm, {
    count: 2,
    total_ms: 10,
    queue_ms: 1,
    decode_ms: 2,
    load_ms: 0,
    run_ms: 4,
    encode_ms: 3,
  });
  assert.equal(shown.first_to_warm_ratio, 9.6);
  assert.deepEqual([shown.inference_count, shown.execution_count, shown.last_inference], [9, 3, 7]);
});

test('the stages add up over the calls that succeeded, failures count apart', () => {
  const stats = new ScoreStats();
  stats.succeeded('m/1', answer(1, 10), 5);
  stats.succeeded('m/1', answer(1, 20), 6);
  stats.failed('m/1', 7);
  const { inference_stats: shown } = modelStatistics('m', '1', stats.of('m/1'));
  assert.deepEqual(shown.compute_infer, { count: 2, ns: 30e6 });
  assert.deepEqual(shown.compute_input, { count: 2, ns: 4e6 });
  assert.deepEqual(shown.compute_output, { count: 2, ns: 6e6 });
  assert.deepEqual(shown.queue, { count: 2, ns: 2e6 });
  assert.deepEqual(shown.success, { count: 2, ns: 42e6 });
  assert.deepEqual(shown.fail, { count: 1, ns: 7e6 });
});

test('versions are counted apart', () => {
  const stats = new ScoreStats();
  stats.succeeded('m/1', answer(1, 10), 5);
  assert.equal(stats.of('m/2').success.count, 0);
});
