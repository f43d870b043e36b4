/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Longest time of the call in milliseconds, its answer and its repeats included; 0: any. */
  readonly timeoutMs?: number;
}

/**
 * Runs a call under a signal that fires when the caller's signal does or the time is over; it then rejects with the
 * caller's reason, or with a DOMException `TimeoutError`.
 */
export async function withDeadline<T>(
  { signal, timeoutMs = 0 }: CallOptions,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // AbortSignal.any is not in every Node 20, and AbortSignal.timeout cannot be called off
  const controller = new AbortController();
  const pass = () => {
    controller.abort(signal?.reason);
  };
  if (signal?.aborted) pass();
  signal?.addEventListener('abort', pass, { once: true });
  const timer =
    timeoutMs > 0 && timeoutMs < longestTimerMs
      ? setTimeout(() => {
          controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
        }, timeoutMs)
      : undefined;
  try {
    return await untilAborted(controller.signal, () => run(controller.signal));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', pass);
  }
}

/** Waits for work, but no longer than until the signal fires; the work goes on then. */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/** Resolves after a time, or rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slept = () =>
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
  return untilAborted(signal, slept).finally(() => {
    clearTimeout(timer);
  });
}

/** What a timer can count; longer ones would fire at once. */
const longestTimerMs = 2 ** 31;
