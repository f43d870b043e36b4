import type { JobFault } from '../job.js';

/** What a lane is asked to do; crosses the orchestration. */
export interface LaneInput {
  readonly jobId: string;
  /** In a repair wave the chunks are known to begin inside quotes. */
  readonly phase: 'score' | 'repair';
  readonly wave: number;
  /** Which of how many lanes this is. */
  readonly lane: number;
  readonly lanes: number;
  /** Chunks scored side by side within the lane. */
  readonly width: number;
  /** The chunks that the wave has to do, as the text of a ChunkSet. */
  readonly todo: string;
  /** A lane of the wave before was lost: every try of a chunk is noted before it begins. */
  readonly careful: boolean;
}

/** What a lane has done; crosses the orchestration. */
export interface LaneAnswer {
  /** The chunks of its share whose parts are there, as the text of a ChunkSet. */
  readonly done: string;
  /** Nothing more is to be done: the job has ended, or was cancelled. */
  readonly over?: true;
  /** The job cannot go on. */
  readonly fault?: JobFault;
  /** Rows or reading failed: whoever deals the next wave looks whether the job may go on. */
  readonly check?: true;
}
