import assert from 'node:assert/strict';
import type { BatchContext } from '../../shared/batch/batchContext.js';
import { closeBatch } from '../../shared/batch/closeBatch.js';
import type { EngineState, JobEngine } from '../../shared/batch/engine.js';
import { finishBatch, type FinishInput } from '../../shared/batch/join/finishBatch.js';
import { joinLane, type JoinInput } from '../../shared/batch/join/joinLane.js';
import type { LaneInput } from '../../shared/batch/lane/laneTypes.js';
import { scoreLane } from '../../shared/batch/lane/scoreLane.js';
import { planBatch, type PlanStep } from '../../shared/batch/plan/planBatch.js';
import { batchScore } from '../../shared/batch/run/batchScore.js';
import { firstState, type RunCall } from '../../shared/batch/run/runState.js';
import { unpackInput, type UnpackStep } from '../../shared/batch/unpack/unpackInput.js';
import type { TestClock } from './testClock.js';

/** What one activity is called with; `count` counts the calls of the run. */
export interface EngineCall {
  readonly jobId: string;
  readonly activity: RunCall['activity'];
  readonly input: unknown;
  readonly count: number;
}

export interface EngineOptions {
  /** Every activity runs twice, at the same time. */
  readonly twice?: boolean;
  /** Called before each activity; one for which it throws is lost. */
  readonly before?: (call: EngineCall) => Promise<void> | void;
}

interface Activity {
  readonly kind: 'activity';
  readonly activity: RunCall['activity'];
  readonly input: unknown;
}

type Task =
  | Activity
  | { readonly kind: 'timer'; readonly atMs: number }
  | { readonly kind: 'all'; readonly tasks: readonly Task[] };

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** The bounds that the real engine needs (design, section 5). */
export const mostPayloadBytes = 16 * 1024;
export const mostEvents = 150;

/**
 * A durable engine in this process: runs the orchestration with the real activities, replays every generation and holds
 * it to the bounds of payloads and history. Timers move the clock.
 */
export class TestEngine implements JobEngine {
  /** Runs that were begun, by job. */
  readonly begun: string[] = [];
  readonly calls: EngineCall[] = [];
  readonly #context: BatchContext & { readonly clock: TestClock };
  readonly #options: EngineOptions;
  readonly #states = new Map<string, EngineState>();
  readonly #ends = new Map<string, Promise<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(context: BatchContext & { readonly clock: TestClock }, options: EngineOptions = {}) {
    this.#context = context;
    this.#options = options;
  }

  start(jobId: string): Promise<void> {
    if (this.#states.get(jobId) === 'running') return Promise.resolve();
    this.begun.push(jobId);
    this.#states.set(jobId, 'running');
    const end = this.#run(jobId).then(
      () => {
        this.#ended(jobId, 'completed');
      },
      (error: unknown) => {
        this.#ended(jobId, 'failed');
        throw error;
      },
    );
    end.catch(() => undefined);
    this.#ends.set(jobId, end);
    return Promise.resolve();
  }

  stateOf(jobId: string): Promise<EngineState> {
    return Promise.resolve(this.#states.get(jobId) ?? 'unknown');
  }

  /** Makes the engine believe something; a run that goes on is not stopped by it. */
  set(jobId: string, state: EngineState): void {
    this.#states.set(jobId, state);
  }

  /** Waits for the run and every activity that it has left behind. Rejects when the run has failed. */
  async wait(jobId: string): Promise<void> {
    await this.#ends.get(jobId);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #ended(jobId: string, state: EngineState): void {
    if (this.#states.get(jobId) === 'running') this.#states.set(jobId, state);
  }

  async #run(jobId: string): Promise<void> {
    for (let input: unknown = firstState(jobId); input !== undefined;) {
      input = await this.#generation(jobId, payload(input));
    }
  }

  /** Gives the input of the next generation. */
  async #generation(jobId: string, input: unknown): Promise<unknown> {
    const { clock } = this.#context;
    const outcomes: { readonly task: Task; readonly atMs: number; readonly outcome: Outcome }[] = [];
    const live = orchestrate(input, () => clock.wallMs());
    let events = 4;
    for (let atMs = clock.wallMs(), step = live.steps.next(); ; atMs = clock.wallMs()) {
      if (step.done === true) break;
      const task = step.value;
      events += 4 * sizeOf(task);
      assert.ok(events < mostEvents, `a history has ${events} events`);
      const outcome = await this.#outcomeOf(jobId, task);
      outcomes.push({ task, atMs, outcome });
      step = 'error' in outcome ? live.steps.throw(outcome.error) : live.steps.next(outcome.value);
    }
    let at = 0;
    const again = orchestrate(input, () => outcomes[at]?.atMs ?? 0);
    let step = again.steps.next();
    for (const { task, outcome } of outcomes) {
      assert.deepEqual(step.value, task, 'a replay calls something else');
      at++;
      step = 'error' in outcome ? again.steps.throw(outcome.error) : again.steps.next(outcome.value);
    }
    assert.ok(step.done);
    assert.deepEqual(again.next(), live.next());
    return live.next();
  }

  async #outcomeOf(jobId: string, task: Task): Promise<Outcome> {
    try {
      if (task.kind === 'all') {
        const answers = task.tasks.map((one) => this.#call(jobId, one as Activity));
        return { value: await Promise.all(answers) };
      }
      assert.equal(task.kind, 'timer');
      const { clock } = this.#context;
      clock.move(Math.max(0, (task as { atMs: number }).atMs - clock.wallMs()));
      return { value: undefined };
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return { error };
    }
  }

  #call(jobId: string, { activity, input }: Activity): Promise<unknown> {
    const call = { jobId, activity, input: payload(input), count: this.calls.length };
    this.calls.push(call);
    const act = async (): Promise<unknown> => {
      await this.#options.before?.(call);
      return payload((await activities[activity](this.#context, payload(input))) ?? null);
    };
    const both = this.#options.twice ? [act(), act()] : [act()];
    for (const one of both) {
      const ended = one.catch(() => undefined).finally(() => this.#underWay.delete(ended));
      this.#underWay.add(ended);
    }
    // the answer of either may be the one that counts
    return this.#options.twice
      ? Promise.all(both).then((answers) => answers[call.count % 2])
      : (both[0] as Promise<unknown>);
  }
}

function orchestrate(input: unknown, nowMs: () => number) {
  let next: unknown;
  const steps = batchScore<Task>({
    getInput: () => structuredClone(input),
    callActivity: (name, given) => ({
      kind: 'activity',
      activity: name as RunCall['activity'],
      input: payload(given),
    }),
    createTimer: (fireAt) => ({ kind: 'timer', atMs: fireAt.getTime() }),
    all: (tasks) => ({ kind: 'all', tasks }),
    continueAsNew: (given) => (next = payload(given)),
    now: () => new Date(nowMs()),
  });
  return { steps, next: () => next };
}

const sizeOf = (task: Task): number => (task.kind === 'all' ? task.tasks.length : 1);

/** A value as it crosses the engine. */
function payload(value: unknown): unknown {
  const text = JSON.stringify(value);
  assert.ok(Buffer.byteLength(text) < mostPayloadBytes, `a payload has ${Buffer.byteLength(text)} bytes`);
  return JSON.parse(text);
}

const activities: Record<RunCall['activity'], (context: BatchContext, input: unknown) => Promise<unknown>> = {
  planBatch: (context, input) => planBatch(context, input as PlanStep),
  unpackInput: (context, input) => unpackInput(context, input as UnpackStep),
  scoreLane: (context, input) => scoreLane(context, input as LaneInput),
  joinLane: (context, input) => joinLane(context, input as JoinInput),
  finishBatch: (context, input) => finishBatch(context, input as FinishInput),
  closeBatch: (context, input) => closeBatch(context, (input as { jobId: string }).jobId),
};
