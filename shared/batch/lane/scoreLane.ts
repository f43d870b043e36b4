import { ScoringError } from '../../errors/scoringError.js';
import { releaseBytes } from '../../releaseBytes.js';
import type { BatchContext } from '../batchContext.js';
import { ChunkSet } from '../chunkSet.js';
import { jobFaultOf } from '../jobFaults.js';
import { JobPaths } from '../jobPaths.js';
import { readJob } from '../jobStore.js';
import { listParts } from '../parts/listParts.js';
import { wholeChunks } from '../parts/wholeChunks.js';
import { readPlan } from '../plan/planStore.js';
import type { BatchPlan } from '../plan/plan.js';
import { isTerminal } from '../state.js';
import { noteAttempt } from './attempts.js';
import type { StartState } from './chunkTask.js';
import { LaneLog } from './laneLog.js';
import type { LaneAnswer, LaneInput } from './laneTypes.js';
import { ChunkScorer, type ChunkOrder, type ScoredChunk } from './scoreChunk.js';
import { takeOverParts } from './takeOverParts.js';
import { JobCanceled, watchCancel } from './watchCancel.js';
import { writeParts } from './writeParts.js';

/**
 * One lane of a wave: scores its share of the chunks until its time budget is used up, and answers which of them have
 * their parts. May run twice, at the same time: whichever part is written first counts. The next chunk is fetched and
 * the last part written while one is scored.
 *
 * Throws what storage throws before it has begun, and faults of this product's own making; all others are answered.
 */
export async function scoreLane(context: BatchContext, input: LaneInput): Promise<LaneAnswer> {
  const { store } = context;
  const job = await readJob(store, input.jobId);
  const plan = job && !isTerminal(job.state) ? await readPlan(store, job) : undefined;
  if (!plan) return { done: '', over: true };
  return new Lane(context, input, plan).run();
}

class Lane {
  readonly #context: BatchContext;
  readonly #input: LaneInput;
  readonly #plan: BatchPlan;
  readonly #paths: JobPaths;
  readonly #start: StartState;
  readonly #done = new Set<number>();
  readonly #log = new LaneLog();
  readonly #stop = new AbortController();
  readonly #startedMs: number;
  #isCareful: boolean;
  #check = false;

  constructor(context: BatchContext, input: LaneInput, plan: BatchPlan) {
    this.#context = context;
    this.#input = input;
    this.#plan = plan;
    this.#paths = new JobPaths(input.jobId);
    this.#start = input.phase === 'score' ? 'o' : 'q';
    this.#startedMs = context.clock.nowMs();
    this.#isCareful = input.careful;
  }

  async run(): Promise<LaneAnswer> {
    const { store, clock } = this.#context;
    const { phase, wave, lane } = this.#input;
    const endWatch = watchCancel(store, this.#paths.cancel, clock, () => {
      this.#stop.abort(new JobCanceled());
    });
    const begunMs = clock.wallMs();
    try {
      const marker = await store.put(this.#paths.lane(phase, wave, lane), new Uint8Array(), {
        when: 'absent',
      });
      // this lane was begun before and never came back: what it left is taken as done, and its chunks are watched
      if (marker === 'conflict') this.#isCareful = true;
      const share = await this.#open();
      await Promise.all(Array.from({ length: this.#input.width }, () => this.#work(share)));
      return this.#answer();
    } catch (error) {
      this.#stop.abort(error);
      if (error instanceof JobCanceled) return { ...this.#answer(), over: true };
      const fault = jobFaultOf(error);
      if (fault) {
        this.#log.fault(clock.wallMs(), fault.code, fault.message);
        return { ...this.#answer(), fault };
      }
      if (!(error instanceof ScoringError)) throw error;
      // storage or the instance is in trouble: what is not done is dealt again
      this.#log.fault(clock.wallMs(), error.code, error.message);
      return this.#answer();
    } finally {
      endWatch();
      await this.#log.write(store, this.#paths, this.#input, begunMs, clock.wallMs());
    }
  }

  /** The chunks to do, as an iterator that all workers of the lane share. */
  async #open(): Promise<{ readonly scorer: ChunkScorer; readonly chunks: Iterator<number> }> {
    const { todo, lane, lanes, jobId } = this.#input;
    const share = ChunkSet.fromText(todo).share(lane, lanes);
    if (this.#isCareful) await this.#findDone(share);
    const { takesOver } = this.#plan;
    if (takesOver !== undefined) {
      const taken = await takeOverParts(
        this.#context.store,
        takesOver,
        jobId,
        this.#plan,
        share,
        this.#start,
        this.#stop.signal,
      );
      for (const chunk of taken) this.#done.add(chunk);
    }
    const scorer = await ChunkScorer.open(this.#context, this.#plan, this.#stop.signal);
    return { scorer, chunks: share.filter((chunk) => !this.#done.has(chunk)).values() };
  }

  async #findDone(share: readonly number[]): Promise<void> {
    const parts = await listParts(this.#context.store, this.#input.jobId);
    const there = wholeChunks(this.#plan, parts, this.#start);
    for (const chunk of share) if (there.has(chunk)) this.#done.add(chunk);
  }

  /** Takes chunks until there are none or the budget is used up; the first one is always done. */
  async #work({ scorer, chunks }: { scorer: ChunkScorer; chunks: Iterator<number> }): Promise<void> {
    const order = () => {
      const next = chunks.next();
      return next.done === true ? undefined : scorer.order(next.value, this.#start);
    };
    let next = order();
    let writing: Promise<void> = Promise.resolve();
    try {
      while (next) {
        const current = next;
        const isLate = this.#context.clock.nowMs() - this.#startedMs > this.#context.settings.laneBudgetMs;
        next = isLate ? undefined : order();
        const givenUp = this.#isCareful ? await this.#note(current) : undefined;
        const scored = await scorer.score(current, givenUp);
        this.#log.chunk(this.#context.clock.wallMs(), current.chunk, current.start, scored);
        await writing;
        writing = this.#write(current, scored);
        writing.catch(() => undefined);
      }
    } finally {
      next?.drop();
      await writing;
    }
  }

  /** Notes a try; gives the reason to give the chunk up. */
  async #note(order: ChunkOrder): Promise<string | undefined> {
    try {
      return await noteAttempt(this.#context.store, this.#paths, order.chunk);
    } catch (error) {
      order.drop();
      throw error;
    }
  }

  async #write(order: ChunkOrder, scored: ScoredChunk): Promise<void> {
    const { store } = this.#context;
    await writeParts(store, this.#paths, this.#plan.output.format, order.chunk, order.start, scored);
    for (const { part, errors } of scored.targets) [part, errors].forEach(releaseBytes);
    this.#done.add(order.chunk);
    if (scored.stop || scored.chunkFailed || scored.targets.some(({ failed }) => failed > 0))
      this.#check = true;
  }

  #answer(): LaneAnswer {
    return { done: ChunkSet.of(this.#done).toText(), ...(this.#check ? { check: true } : {}) };
  }
}
