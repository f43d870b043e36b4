import type { BlobStore } from '../../storage/blobStore.js';
import type { JobPaths } from '../jobPaths.js';
import type { StartState } from './chunkTask.js';
import type { ScoredChunk } from './scoreChunk.js';
import type { LaneInput } from './laneTypes.js';

/** Lines of one lane; more chunks than this are counted but not listed. */
const mostLines = 500;

/** Error rows shown per lane, without their texts. */
const mostSamples = 5;

/** What a lane has done, for the log of the job: chunk figures and a few error samples, no row data. */
export class LaneLog {
  readonly #lines: object[] = [];
  readonly #samples: object[] = [];
  #chunks = 0;
  #rows = 0;
  #failed = 0;

  chunk(atMs: number, chunk: number, start: StartState, done: ScoredChunk): void {
    const { targets, records, readMs, runMs, encodeMs, chunkFailed } = done;
    const rows = records.reduce((sum, count) => sum + count, 0);
    const failed = targets.reduce((sum, target) => sum + target.failed, 0);
    this.#chunks++;
    this.#rows += rows;
    this.#failed += failed;
    if (this.#lines.length < mostLines) {
      const took = { readMs: round(readMs), runMs: round(runMs), encodeMs: round(encodeMs) };
      this.#lines.push({ atMs, event: 'chunk', chunk, start, rows, failed, chunkFailed, ...took });
    }
    for (const { errors } of targets) this.#sample(atMs, chunk, errors);
  }

  fault(atMs: number, code: string, message: string): void {
    this.#lines.push({ atMs, event: 'fault', code, message });
  }

  /** Stores the log under the name of the lane. It is a comfort: storage that refuses it does not fail the lane. */
  async write(
    store: BlobStore,
    paths: JobPaths,
    lane: LaneInput,
    startedMs: number,
    endedMs: number,
  ): Promise<void> {
    const summary = {
      atMs: endedMs,
      event: 'lane',
      phase: lane.phase,
      wave: lane.wave,
      lane: lane.lane,
      chunks: this.#chunks,
      rows: this.#rows,
      failed: this.#failed,
      tookMs: round(endedMs - startedMs),
    };
    const text = [...this.#lines, ...this.#samples, summary].map((line) => JSON.stringify(line)).join('\n');
    const blob = paths.lane(lane.phase, lane.wave, lane.lane);
    await store.put(blob, new TextEncoder().encode(`${text}\n`)).catch(() => undefined);
  }

  #sample(atMs: number, chunk: number, errors: Uint8Array): void {
    let from = 0;
    while (this.#samples.length < mostSamples && from < errors.length) {
      const end = errors.indexOf(0x0a, from);
      const line = new TextDecoder().decode(errors.subarray(from, end === -1 ? errors.length : end));
      const { record, code, column, message } = JSON.parse(line) as Record<string, unknown>;
      // the words of the runtime may quote values
      const said = code === 'ROW_RUN_FAILED' ? {} : { message };
      this.#samples.push({ atMs, event: 'error-row', chunk, record, code, column, ...said });
      from = end === -1 ? errors.length : end + 1;
    }
  }
}

const round = (ms: number) => Math.round(ms * 10) / 10;
