import { callsOf } from './callsOf.js';
import { nextState } from './nextState.js';
import { mostCalls, type RunState } from './runState.js';

/** What the orchestration needs of `context.df`. */
export interface RunContext<Task> {
  readonly getInput: () => unknown;
  readonly callActivity: (name: string, input: unknown) => Task;
  readonly createTimer: (fireAt: Date) => Task;
  readonly all: (tasks: Task[]) => Task;
  readonly continueAsNew: (input: unknown) => void;
  readonly now: () => Date;
}

/** Waits between steps that bring nothing. */
const restS = 5;
const mostRestS = 30;

/**
 * The orchestration of a job: deals its work in waves of lanes, decides by their answers alone, and begins a new history
 * before this one grows. Only references cross it. Deterministic; uses nothing but its context (design, section 5).
 */
export function* batchScore<Task>(context: RunContext<Task>): Generator<Task, void, unknown> {
  let state = context.getInput() as RunState | undefined;
  for (let calls = 0; state;) {
    const wave = callsOf(state);
    const rests = state.trouble > 0 ? 1 : 0;
    if (calls > 0 && calls + wave.length + rests > mostCalls) {
      context.continueAsNew(state);
      return;
    }
    calls += wave.length + rests;
    if (rests > 0) {
      const waitS = Math.min(restS * state.trouble, mostRestS);
      yield context.createTimer(new Date(context.now().getTime() + waitS * 1000));
    }
    let answers: readonly unknown[] | undefined;
    try {
      answers = (yield context.all(
        wave.map(({ activity, input }) => context.callActivity(activity, input)),
      )) as unknown[];
    } catch {
      // an activity was lost, or failed in a way that a repeat may cure: its work is dealt again
      answers = undefined;
    }
    state = nextState(state, answers);
  }
}
