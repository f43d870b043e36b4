import type { Clock } from '../../shared/clock.js';
import type { TriggerListener } from '../triggers.js';
import { withinGrace } from '../withinGrace.js';
import type { ActivityRunner } from './activityRunner.js';
import { runEpisode } from './episode.js';
import type { OrchestrationEngine } from './orchestrationEngine.js';
import type { DurableStore } from './sqliteStore.js';

// An instance whose replay is dear waits between two episodes as long as the last one took, at most this long, and
// so takes in the results that come meanwhile together.
const MAX_LINGER_MS = 20;
const CHEAP_EPISODE_MS = 2;
// One wait of the system's timers is limited to 24.8 days.
const MAX_ALARM_MS = 86_400_000;

export interface DurableWorkerOptions {
  readonly store: DurableStore;
  readonly engine: OrchestrationEngine;
  readonly activities: ActivityRunner;
  readonly clock: Clock;
  readonly maxConcurrentOrchestrators: number;
  /** Hears of what cannot be gone on from, as a full disk. */
  readonly onFault: (error: unknown) => void;
}

/** Runs an episode for every instance that has messages, one at a time per instance; wakes up for timers. */
export class DurableWorker implements TriggerListener {
  readonly #ready = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  #pumpAsked = false;
  #alarm: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  #state: 'open' | 'draining' | 'closed' = 'open';

  constructor(private readonly options: DurableWorkerOptions) {}

  /** Goes on where the last process ended. */
  start(): Promise<void> {
    this.#wake();
    this.options.activities.pump();
    return Promise.resolve();
  }

  async stop(graceMs: number): Promise<void> {
    const { activities, clock } = this.options;
    this.#state = 'draining';
    activities.drain();
    this.#alarm?.cancel();
    await withinGrace(Promise.all([...this.#running.values(), ...activities.running]), graceMs, clock);
    this.#state = 'closed';
    activities.close();
  }

  /** There is a message for an instance. */
  notify(instanceId: string): void {
    this.#ready.add(instanceId);
    this.#askForPump();
  }

  #askForPump(): void {
    if (this.#pumpAsked) return;
    this.#pumpAsked = true;
    setImmediate(() => {
      this.#pumpAsked = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (const instanceId of this.#ready) {
      if (this.#state !== 'open' || this.#running.size >= this.options.maxConcurrentOrchestrators) return;
      if (this.#running.has(instanceId)) continue;
      this.#ready.delete(instanceId);
      const run = this.#runInstance(instanceId)
        .catch(this.options.onFault)
        .finally(() => {
          this.#running.delete(instanceId);
          if (this.#ready.size > 0) this.#askForPump();
        });
      this.#running.set(instanceId, run);
    }
  }

  async #runInstance(instanceId: string): Promise<void> {
    const { store, engine, clock, activities } = this.options;
    const messages = store.inbox(instanceId, clock.wallMs());
    const instance = store.instance(instanceId);
    if (messages.length === 0 || instance === undefined) return;
    const startMs = clock.nowMs();
    const commit = await runEpisode(engine, clock, instance, store.history(instanceId), messages);
    if (this.#state === 'closed' || !store.commit(commit)) return;
    if (commit.activities.length > 0) activities.pump();
    for (const { dueMs } of commit.messages) {
      if (dueMs <= clock.wallMs()) this.notify(instanceId);
      else this.#setAlarm(dueMs);
    }
    const tookMs = clock.nowMs() - startMs;
    if (tookMs < CHEAP_EPISODE_MS) return;
    await new Promise<void>((resolve) => clock.after(Math.min(tookMs, MAX_LINGER_MS), resolve));
  }

  /** Readies the instances with messages that are due, and sets the alarm for the next. */
  #wake(): void {
    const { store, clock } = this.options;
    const nowMs = clock.wallMs();
    for (const instanceId of store.dueInstances(nowMs)) this.notify(instanceId);
    const dueMs = store.nextDueMs(nowMs);
    if (dueMs !== undefined) this.#setAlarm(dueMs);
  }

  #setAlarm(dueMs: number): void {
    const { clock, onFault } = this.options;
    if (this.#state !== 'open' || (this.#alarm?.dueMs ?? Infinity) <= dueMs) return;
    this.#alarm?.cancel();
    const cancel = clock.after(Math.min(dueMs - clock.wallMs(), MAX_ALARM_MS), () => {
      this.#alarm = undefined;
      try {
        this.#wake();
      } catch (error) {
        onFault(error);
      }
    });
    this.#alarm = { dueMs, cancel };
  }
}
