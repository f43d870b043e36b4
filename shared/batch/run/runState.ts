import type { JobFault } from '../job.js';

/**
 * Activities and timers of one history, and so of one wave: each costs up to four events (contracts/functions-host.md 4),
 * and a history stays under 150.
 */
export const mostCalls = 30;

/** What a run of `batchScore` is about to do. */
type RunPhase = 'plan' | 'unpack' | 'score' | 'repair' | 'check' | 'finish' | 'join' | 'close';

/** Where a run stands: the input of the orchestration, small whatever the job. */
export interface RunState {
  readonly jobId: string;
  readonly phase: RunPhase;
  /** Inputs, chunks or groups that the phase still has to do, as the text of a ChunkSet. */
  readonly todo: string;
  /** Activities of a wave, and what each does side by side. */
  readonly lanes: number;
  readonly width: number;
  /** Waves dealt so far. */
  readonly wave: number;
  /** A lane was lost in the wave before. */
  readonly careful: boolean;
  /** Steps in a row that brought nothing. */
  readonly trouble: number;
  /** How often chunks were dealt again when all seemed to be done. */
  readonly rounds: number;
  readonly fault?: JobFault;
  /** The blocks of all groups are staged. */
  readonly staged?: true;
  /** What comes after a check. */
  readonly afterCheck?: 'score' | 'repair';
}

/** One activity to call. */
export interface RunCall {
  readonly activity: 'planBatch' | 'unpackInput' | 'scoreLane' | 'joinLane' | 'finishBatch' | 'closeBatch';
  readonly input: unknown;
}

/** The state of a new run. */
export function firstState(jobId: string): RunState {
  return {
    jobId,
    phase: 'plan',
    todo: '',
    lanes: 1,
    width: 1,
    wave: 0,
    careful: false,
    trouble: 0,
    rounds: 0,
  };
}
