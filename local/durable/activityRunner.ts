import type { FunctionApp } from '../core/functionApp.js';
import { Invocation } from '../core/invoke.js';
import { inTime, logFailure, type CallContext } from '../runFunction.js';
import { activityInput, callActivity } from './activityCall.js';
import { activityFailure, timeoutFailure, type ActivityResult } from './activityResult.js';
import { taskEnded } from './makeEvents.js';
import type { DurableFunctions } from './orchestrationEngine.js';
import type { DurableStore } from './sqliteStore.js';
import type { Activity } from './store.js';

export interface ActivityRunnerOptions extends CallContext {
  readonly app: FunctionApp;
  readonly functions: DurableFunctions;
  readonly store: DurableStore;
  readonly maxConcurrent: number;
  /** Hears of an instance that has got a result. */
  readonly notify: (instanceId: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Runs scheduled activities in the order of their making, and puts their results into the inbox. */
export class ActivityRunner {
  /** Activities that run; the host waits for them before it stops. */
  readonly running = new Set<Promise<void>>();
  #lastId = 0;
  #state: 'open' | 'draining' | 'closed' = 'open';

  constructor(private readonly options: ActivityRunnerOptions) {}

  /** Takes up what is scheduled, as far as the limit allows. */
  pump(): void {
    const { store, maxConcurrent } = this.options;
    const free = maxConcurrent - this.running.size;
    if (free <= 0 || this.#state !== 'open') return;
    const taken = store.activities(this.#lastId, free);
    const last = taken.at(-1);
    if (last === undefined) return;
    this.#lastId = last.id;
    store.markStarted(taken.map(({ id }) => id));
    for (const activity of taken) {
      const run: Promise<void> = this.#run(activity)
        .catch(this.options.onFault)
        .finally(() => {
          this.running.delete(run);
          this.pump();
        });
      this.running.add(run);
    }
  }

  /** Takes nothing more; what runs still leaves its result. */
  drain(): void {
    this.#state = 'draining';
  }

  /** What ends from now on leaves no result and runs again after the next start. */
  close(): void {
    this.#state = 'closed';
  }

  async #run(activity: Activity): Promise<void> {
    const { store, clock, log, notify } = this.options;
    const { id, name, taskId, instanceId, executionId, started } = activity;
    if (started) {
      const text = `Activity ${name} (${instanceId}, task ${taskId}) was running when the host ended and runs again (4.13/14).`;
      log.log('warning', 'Host.Triggers.DurableTask', text);
    }
    const result = await this.#result(activity);
    if (this.#isClosed()) return;
    const event = taskEnded(taskId, result, clock.wallMs());
    if (store.finish(id, { instanceId, executionId, event, dueMs: 0 })) notify(instanceId);
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  async #result(activity: Activity): Promise<ActivityResult> {
    const { app, functions, log, functionTimeoutMs = 0 } = this.options;
    const target = functions.get(activity.name.toLowerCase());
    // Its orchestrator was replayed by an app that had it.
    if (target === undefined) return activityFailure(activity.name, 'it is not registered any more');
    const input = activityInput(target.trigger.name, activity);
    const invocation = new Invocation(app, target.registered, input);
    const call = callActivity(invocation, activity.name).then((result) => {
      if (!result.ok) logFailure(log, invocation, `Executed (Failed): ${result.stack ?? result.reason}`);
      return result;
    });
    const result = await inTime(call, invocation, this.options);
    return result ?? timeoutFailure(activity.name, target.name, functionTimeoutMs);
  }
}
