/** One behaviour of the durable backend as a real host showed it; `id` is that of the recording. */
export interface DurableCase {
  readonly id: string;
  readonly orchestrator: string;
  readonly input: unknown;
  /** What happens between the start and the end. */
  readonly steps?: readonly Step[];
  readonly status: 'Completed' | 'Failed' | 'Terminated';
  readonly output: unknown;
  /** Only the beginning of the output, which is a text, is given. */
  readonly outputBegins?: boolean;
  /** The input that is shown at the end, when it is another one. */
  readonly finalInput?: unknown;
  /** Notes of `noteEvents`; the order of activities that run side by side does not count. */
  readonly history: string;
}

export type Step =
  /** Waits until the history holds exactly this. */
  | { readonly until: string }
  /** Waits for a status (and output). */
  | { readonly untilStatus: string; readonly output?: unknown; readonly customStatus?: unknown }
  /** Moves the clock of the host. */
  | { readonly moveMs: number }
  /** Lets the activity `held` of the instance end. */
  | { readonly release: true }
  | { readonly raise: string; readonly value: unknown }
  /** Calls an operation of the instance: `suspend?reason=pause`. */
  | { readonly post: string; readonly status?: number };

export const until = (history: string): Step => ({ until: history });
export const move = (moveMs: number): Step => ({ moveMs });
export const raise = (name: string, value: unknown): Step => ({ raise: name, value });
export const post = (operation: string, status = 202): Step => ({ post: operation, status });
export const release: Step = { release: true };

/** A case without steps that ends `Completed`. */
export function completes(
  id: string,
  orchestrator: string,
  input: unknown,
  output: unknown,
  history: string,
  more: Partial<DurableCase> = {},
): DurableCase {
  return { id, orchestrator, input, output, history, status: 'Completed', ...more };
}

/** A case that ends `Failed` with a text that begins like this. */
export function fails(
  id: string,
  orchestrator: string,
  input: unknown,
  output: string,
  history: string,
  more: Partial<DurableCase> = {},
): DurableCase {
  return { id, orchestrator, input, output, history, status: 'Failed', outputBegins: true, ...more };
}

export interface HistoryEventView {
  readonly EventType: string;
  readonly FunctionName?: string;
  readonly Name?: string;
}

const NOTES: Readonly<Record<string, string>> = {
  TaskScheduled: 'open:',
  TaskCompleted: 'done:',
  TaskFailed: 'failed:',
  EventRaised: 'event:',
  TimerCreated: 'timer',
  TimerFired: 'fired',
  ExecutionSuspended: 'suspended',
  ExecutionResumed: 'resumed',
  ExecutionTerminated: 'terminated',
};

/**
 * A history as text: `timer done:addOne event:Go fired`, with neighbours that are done or failed in the order of the
 * alphabet. The events of the start and of the end are left out.
 */
export function noteEvents(events: readonly HistoryEventView[]): string {
  const notes = events
    .filter(({ EventType }) => EventType !== 'ExecutionStarted' && EventType !== 'ExecutionCompleted')
    .map(
      ({ EventType, FunctionName, Name }) =>
        `${NOTES[EventType] ?? `${EventType}?`}${FunctionName ?? Name ?? ''}`,
    );
  return inOrder(notes);
}

/** Sorts each run of results, which may arrive in any order. */
export function inOrder(notes: readonly string[]): string {
  const isResult = (note: string | undefined): boolean => /^(?:done|failed|open):/.test(note ?? '');
  const sorted: string[] = [];
  let run: string[] = [];
  for (const note of notes) {
    if (isResult(note)) run.push(note);
    else {
      sorted.push(...run.sort(), note);
      run = [];
    }
  }
  return [...sorted, ...run.sort()].join(' ');
}
