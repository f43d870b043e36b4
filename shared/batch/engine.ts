/** What the durable engine knows of a job's run. */
export type EngineState = 'unknown' | 'running' | 'completed' | 'failed' | 'terminated';

/** The durable engine as the batch path sees it; one instance per job, its id is that of the job. */
export interface JobEngine {
  /** Starts the run; a run under way is left alone. Resolves when the engine has accepted it. */
  start(jobId: string): Promise<void>;
  stateOf(jobId: string): Promise<EngineState>;
}
