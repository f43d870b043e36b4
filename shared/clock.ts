/** The one source of time; tests pass a clock that they move. */
export interface Clock {
  /** Milliseconds of a steady clock, for durations. */
  nowMs(): number;
  /** Milliseconds since 1970, for stamps. */
  wallMs(): number;
  /** Calls back once after `delayMs`; gives a function that calls it off. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
