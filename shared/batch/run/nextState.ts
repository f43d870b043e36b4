import { ChunkSet } from '../chunkSet.js';
import type { FinishAnswer } from '../join/finishBatch.js';
import type { JoinAnswer } from '../join/joinLane.js';
import type { LaneAnswer } from '../lane/laneTypes.js';
import type { PlanAnswer } from '../plan/planBatch.js';
import type { UnpackAnswer } from '../unpack/unpackInput.js';
import { mostCalls, type RunState } from './runState.js';

/** Rounds of repair and of chunks that are missing in the end: one is usual, more are a fault of storage. */
const mostRounds = 8;

/** Steps in a row without any progress, before the job is given up. */
const mostTrouble = 12;

/**
 * What follows a step of a run: by the answers of its activities, or undefined where one of them was lost. Gives
 * undefined when the run is over. Pure, so that replays agree.
 */
export function nextState(state: RunState, answers: readonly unknown[] | undefined): RunState | undefined {
  if (state.phase === 'close' && answers) return undefined;
  const next = answers && afterStep(state, answers);
  if (next) return next;
  const trouble = state.trouble + 1;
  // an answer that brought nothing is no lost process: it must not use up the tries of its chunks
  if (trouble <= mostTrouble)
    return { ...state, trouble, careful: answers === undefined, wave: state.wave + 1 };
  // a run that cannot even be closed is left to whoever compares it with its job
  if (state.phase === 'close') return undefined;
  if (state.phase === 'finish') return { ...state, phase: 'close', trouble: 0 };
  const message = `${mostTrouble} steps in a row brought nothing; the log of the job has their faults`;
  return { ...state, phase: 'finish', trouble: 0, fault: { code: 'JOB_NO_PROGRESS', message } };
}

/** The state after answered activities; undefined where they brought nothing. */
function afterStep(state: RunState, answers: readonly unknown[]): RunState | undefined {
  const going = { ...state, trouble: 0, careful: false };
  switch (state.phase) {
    case 'plan':
      return afterPlan(going, answers[0] as PlanAnswer);
    case 'unpack': {
      const [first] = answers as readonly UnpackAnswer[];
      const over = (answers as readonly UnpackAnswer[]).find(({ fault, over }) => over === true || fault);
      if (over?.fault) return { ...going, phase: 'finish', fault: over.fault };
      if (over || !first) return { ...going, phase: 'close' };
      const todo = ChunkSet.fromText(state.todo).list().slice(answers.length);
      return { ...going, phase: todo.length > 0 ? 'unpack' : 'plan', todo: ChunkSet.of(todo).toText() };
    }
    case 'score':
    case 'repair':
      return afterWave(going, state.phase, answers as readonly LaneAnswer[]);
    case 'join': {
      const lanes = answers as readonly JoinAnswer[];
      if (lanes.some(({ over }) => over)) return { ...going, phase: 'close' };
      const fault = lanes.find((lane) => lane.fault)?.fault;
      if (fault) return { ...going, phase: 'finish', fault };
      const left = leftOf(state.todo, lanes);
      if (left === state.todo) return undefined;
      return left === '' ? { ...going, phase: 'finish', staged: true } : { ...going, todo: left };
    }
    case 'check':
      if ((answers[0] as FinishAnswer).over) return { ...going, phase: 'close' };
      return { ...going, phase: state.afterCheck ?? 'score' };
    case 'finish':
      return afterFinish(going, answers[0] as FinishAnswer);
    case 'close':
      return undefined;
  }
}

function afterPlan(going: RunState, answer: PlanAnswer): RunState | undefined {
  if (answer.over) return { ...going, phase: 'close' };
  if (answer.fault) return { ...going, phase: 'finish', fault: answer.fault };
  if (answer.unpack !== undefined) return { ...going, phase: 'unpack', todo: answer.unpack };
  const { chunks = 0, lanes: wanted = 1 } = answer;
  if (chunks === 0) return { ...going, phase: 'finish' };
  const width = Math.ceil(wanted / mostCalls);
  const lanes = Math.ceil(wanted / width);
  return { ...going, phase: 'score', todo: ChunkSet.upTo(chunks).toText(), lanes, width };
}

function afterWave(
  going: RunState,
  phase: 'score' | 'repair',
  lanes: readonly LaneAnswer[],
): RunState | undefined {
  if (lanes.some(({ over }) => over)) return { ...going, phase: 'close' };
  const fault = lanes.find((lane) => lane.fault)?.fault;
  if (fault) return { ...going, phase: 'finish', fault };
  const todo = leftOf(going.todo, lanes);
  // what brought nothing is dealt again, after a while
  if (todo === going.todo) return undefined;
  const after: RunState = { ...going, todo, wave: going.wave + 1 };
  if (todo === '') return { ...after, phase: 'finish' };
  return lanes.some(({ check }) => check) ? { ...after, phase: 'check', afterCheck: phase } : after;
}

function afterFinish(going: RunState, { over, wrong, missing, groups }: FinishAnswer): RunState {
  if (over) return { ...going, phase: 'close' };
  const again = { ...going, wave: going.wave + 1, rounds: going.rounds + 1 };
  if ((wrong ?? missing) !== undefined && going.rounds > mostRounds) {
    const message = `chunks were missing ${mostRounds} times when all of them had been done`;
    return { ...going, phase: 'finish', fault: { code: 'JOB_NO_PROGRESS', message } };
  }
  if (wrong !== undefined) return { ...again, phase: 'repair', todo: wrong };
  if (missing !== undefined) return { ...again, phase: 'score', todo: missing };
  return { ...going, phase: 'join', todo: ChunkSet.upTo(groups ?? 0).toText() };
}

function leftOf(todo: string, lanes: readonly { readonly done: string }[]): string {
  let left = ChunkSet.fromText(todo);
  for (const { done } of lanes) left = left.without(ChunkSet.fromText(done));
  return left.toText();
}
