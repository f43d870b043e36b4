import { ChunkSet } from '../chunkSet.js';
import type { FinishInput } from '../join/finishBatch.js';
import type { JoinInput } from '../join/joinLane.js';
import type { LaneInput } from '../lane/laneTypes.js';
import type { RunCall, RunState } from './runState.js';

/** The activities of the next step of a run, all called at once. */
export function callsOf(state: RunState): RunCall[] {
  const { jobId, phase, todo, wave, careful } = state;
  switch (phase) {
    case 'plan':
      return [{ activity: 'planBatch', input: { jobId } }];
    case 'unpack':
      return ChunkSet.fromText(todo)
        .list()
        .slice(0, mostUnpacked)
        .map((input) => ({ activity: 'unpackInput', input: { jobId, input } }));
    case 'score':
    case 'repair':
      return lanesOf(state, (lane, lanes): LaneInput => {
        return { jobId, phase, wave, lane, lanes, width: state.width, todo, careful };
      }).map((input) => ({ activity: 'scoreLane', input }));
    case 'join':
      return lanesOf(state, (lane, lanes): JoinInput => ({ jobId, lane, lanes, todo })).map((input) => ({
        activity: 'joinLane',
        input,
      }));
    case 'check':
    case 'finish': {
      const input: FinishInput = {
        jobId,
        ...(phase === 'check' ? { checkOnly: true } : {}),
        ...(state.fault === undefined ? {} : { fault: state.fault }),
        ...(state.staged === undefined ? {} : { staged: true }),
      };
      return [{ activity: 'finishBatch', input }];
    }
    case 'close':
      return [{ activity: 'closeBatch', input: { jobId } }];
  }
}

/** Inputs unpacked side by side. */
const mostUnpacked = 8;

function lanesOf<T>({ lanes, todo }: RunState, input: (lane: number, lanes: number) => T): T[] {
  const count = Math.max(1, Math.min(lanes, ChunkSet.fromText(todo).list().length));
  return Array.from({ length: count }, (_, lane) => input(lane, count));
}
