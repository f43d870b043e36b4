import { Ncrontab } from '../../shared/ncrontab.js';
import type { FunctionApp } from '../core/functionApp.js';
import { HostFault } from '../hostFault.js';
import { runTriggered, type CallContext } from '../runFunction.js';
import type { TriggeredFunction, TriggerListener } from '../triggers.js';
import { withinGrace } from '../withinGrace.js';

/** Below the longest delay of a timer, 2^31 - 1 ms. */
const LONGEST_WAIT_MS = 24 * 86_400_000;

interface Timer {
  readonly target: TriggeredFunction;
  readonly schedule: Ncrontab;
  readonly showsStatus: boolean;
  /** undefined before the first run of this process */
  lastMs: number | undefined;
  nextMs: number;
}

export interface TimerTriggersOptions extends CallContext {
  readonly app: FunctionApp;
  /** With a timerTrigger. */
  readonly functions: readonly TriggeredFunction[];
}

/**
 * Calls timer functions by their schedules in UTC, each one after the other. Nothing is kept: what came due while
 * the host was down is not caught up. What comes due during a run follows it at once, but once only.
 */
export class TimerTriggers implements TriggerListener {
  readonly #timers: Timer[];
  readonly #alarms = new Map<Timer, () => void>();
  readonly #running = new Set<Promise<void>>();
  readonly #startMs: number;
  #stopped = false;

  /** Throws a HostFault that names the function for a schedule that cannot be used. */
  constructor(private readonly options: TimerTriggersOptions) {
    this.#startMs = options.clock.wallMs();
    this.#timers = options.functions
      .filter(({ disabled }) => !disabled)
      .map((target) => toTimer(target, this.#startMs));
  }

  start(): Promise<void> {
    for (const timer of this.#timers) {
      if (timer.target.trigger.options.runOnStartup === true) void this.#fire(timer);
      else this.#wait(timer);
    }
    return Promise.resolve();
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const callOff of this.#alarms.values()) callOff();
    await withinGrace(Promise.all(this.#running), graceMs, this.options.clock);
  }

  /** Calls a function beside its schedule, without waiting for its end. */
  runByHand(functionName: string): Promise<void> {
    const timer = this.#timers.find(({ target }) => target.name === functionName);
    if (timer !== undefined) void this.#run(timer);
    return Promise.resolve();
  }

  #wait(timer: Timer): void {
    if (this.#stopped) return;
    const { clock } = this.options;
    const delayMs = Math.max(0, timer.nextMs - clock.wallMs());
    const callOff = clock.after(Math.min(delayMs, LONGEST_WAIT_MS), () => {
      if (clock.wallMs() < timer.nextMs) this.#wait(timer);
      else void this.#fire(timer);
    });
    this.#alarms.set(timer, callOff);
  }

  async #fire(timer: Timer): Promise<void> {
    const startedMs = this.options.clock.wallMs();
    await this.#run(timer);
    timer.lastMs = startedMs;
    // From the beginning of the run, as the real host: a time that has passed meanwhile is due at once.
    timer.nextMs = timer.schedule.nextMs(startedMs) ?? Infinity;
    this.#wait(timer);
  }

  async #run({ target, showsStatus, lastMs, nextMs }: Timer): Promise<void> {
    const status = {
      Last: lastMs === undefined ? '0001-01-01T00:00:00+00:00' : stamp(lastMs),
      Next: stamp(nextMs),
      LastUpdated: stamp(lastMs ?? this.#startMs),
    };
    const input = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: showsStatus ? status : null,
      IsPastDue: false,
    };
    const run = runTriggered(this.options, target, { json: JSON.stringify(input) }).then(() => {
      this.#running.delete(run);
    });
    this.#running.add(run);
    await run;
  }
}

function toTimer(target: TriggeredFunction, nowMs: number): Timer {
  const { schedule: text, useMonitor } = target.trigger.options;
  const refuse = (why: string): never => {
    throw new HostFault(`function "${target.name}": schedule ${JSON.stringify(text)} cannot be used: ${why}`);
  };
  if (typeof text !== 'string') return refuse('it must be a text');
  if (/^[-\d.]*\d:[\d:.]+$/.test(text.trim())) return refuse('a time span works on App Service plans only');
  let schedule: Ncrontab;
  try {
    schedule = new Ncrontab(text);
  } catch (error) {
    return refuse((error as Error).message);
  }
  const nextMs = schedule.nextMs(nowMs);
  if (nextMs === undefined) return refuse('it never comes due');
  // The real host keeps no status for what comes due more than once within a minute.
  const isFrequent = (schedule.nextMs(nextMs) ?? Infinity) < nowMs + 60_000;
  return { target, schedule, showsStatus: useMonitor !== false && !isFrequent, lastMs: undefined, nextMs };
}

/** ISO 8601 as .NET writes it in UTC. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}
