import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.js';
import { EventType, type EventStamp, type HistoryEvent, type MessageEvent } from './historyEvents.js';
import { executionStarted, makeEvent, newId } from './makeEvents.js';
import { argumentFault, ManagementFault, serverFault } from './managementAnswer.js';
import type { DurableStore } from './sqliteStore.js';
import { isFinal, type Instance, type InstanceFilter } from './store.js';

export interface TaskHubOptions {
  readonly store: DurableStore;
  readonly clock: Clock;
  /** Hears of an instance that has got a message. */
  readonly notify: (instanceId: string) => void;
  /** Names of the orchestrators that are registered. */
  readonly orchestrators: readonly string[];
  /** `overridableExistingInstanceStates` of host.json. */
  readonly overridableStates: 'NonRunningStates' | 'AnyState';
}

/** What becomes of a message: an instance that is unknown or over does not get it. */
export type Delivery = 'accepted' | 'unknown' | 'over';

const PURGE_AT_ONCE = 100;
const MAX_ID_LENGTH = 256;
const FORBIDDEN_IN_ID = /[/\\#?\p{Cc}]/u;
const REWIND_REFUSED =
  'Not available in the local host: rewind. Start a new instance, with an input that tells what is left to do.';

/** What clients ask of the durable backend (functions-host.md 4.9). Throws ManagementFaults. */
export class TaskHub {
  readonly store: DurableStore;
  readonly clock: Clock;

  constructor(private readonly options: TaskHubOptions) {
    ({ store: this.store, clock: this.clock } = options);
  }

  /** Gives the instance id, a new one for a blank one. The name stays as it was spelt; `input` is JSON text. */
  start(name: string, givenId: string, input: string | null): string {
    const { orchestrators, overridableStates } = this.options;
    const isNamed = (one: string): boolean => one.toLowerCase() === name.toLowerCase();
    if (!orchestrators.some(isNamed)) throw unknownFunction(name, orchestrators);
    const instanceId = givenId.trim() === '' ? newId() : givenId;
    checkInstanceId(instanceId);
    const timeMs = this.clock.wallMs();
    const instance: Instance = {
      instanceId,
      executionId: newId(),
      name,
      runtimeStatus: 'Pending',
      input,
      output: null,
      customStatus: null,
      createdMs: timeMs,
      updatedMs: timeMs,
    };
    const started = executionStarted(instance, this.#nextGeneration(instanceId), timeMs);
    const running = this.store.create(instance, started, overridableStates === 'AnyState');
    if (running !== undefined) {
      const text = `An Orchestration instance with the status ${running.runtimeStatus} already exists.`;
      throw serverFault('DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException', text);
    }
    this.options.notify(instanceId);
    return instanceId;
  }

  /** Starts anew what an instance was started with; gives the instance id. */
  restart(instanceId: string, withNewId: boolean): string {
    const found = this.store.instance(instanceId);
    if (found !== undefined) return this.start(found.name, withNewId ? '' : instanceId, found.input);
    const text = `An orchestrastion with the instanceId ${instanceId} was not found.`;
    throw argumentFault(text, 'InstanceId does not match a valid orchestration instance.');
  }

  /** `input` is JSON text. */
  raiseEvent(instanceId: string, Name: string, input: string): Delivery {
    const own = { Name, Input: input, ParentTraceContext: null };
    return this.#deliver(instanceId, this.#made({ EventType: EventType.EventRaised, ...own }));
  }

  terminate(instanceId: string, Input: string | null): Delivery {
    return this.#deliver(instanceId, this.#made({ EventType: EventType.ExecutionTerminated, Input }));
  }

  suspend(instanceId: string, Reason: string | null): Delivery {
    this.#checkState(instanceId, 'suspend', ['Running', 'Pending']);
    return this.#deliver(instanceId, this.#made({ EventType: EventType.ExecutionSuspended, Reason }));
  }

  resume(instanceId: string, Reason: string | null): Delivery {
    this.#checkState(instanceId, 'resume', ['Suspended']);
    return this.#deliver(instanceId, this.#made({ EventType: EventType.ExecutionResumed, Reason }));
  }

  /** Left out: it is refused where the real extension would do it. */
  rewind(instanceId: string): Delivery {
    const status = this.store.instance(instanceId)?.runtimeStatus;
    if (status === 'Failed') throw new ManagementFault(501, REWIND_REFUSED);
    const delivery = this.delivery(instanceId);
    if (delivery !== 'accepted') return delivery;
    const text = 'The rewind operation is only supported on failed orchestration instances.';
    throw serverFault('System.InvalidOperationException', text);
  }

  /** Removes what the filter lets through, some at a time; gives how many there were. */
  async purgeBy(filter: InstanceFilter): Promise<number> {
    let purged = 0;
    let afterId: string | undefined;
    do {
      const page = this.store.instances(filter, PURGE_AT_ONCE, afterId).map(({ instanceId }) => instanceId);
      purged += this.store.purge(page);
      afterId = page.at(-1);
      await setImmediate();
    } while (afterId !== undefined);
    return purged;
  }

  /** What would become of a message now. */
  delivery(instanceId: string): Delivery {
    const instance = this.store.instance(instanceId);
    if (instance === undefined) return 'unknown';
    return isFinal(instance.runtimeStatus) ? 'over' : 'accepted';
  }

  #deliver(instanceId: string, event: MessageEvent): Delivery {
    const delivery = this.delivery(instanceId);
    if (delivery === 'accepted') {
      // Due at once even where the clock of the machine is put back meanwhile.
      this.store.post({ instanceId, event, dueMs: 0 });
      this.options.notify(instanceId);
    }
    return delivery;
  }

  #checkState(instanceId: string, operation: string, allowed: readonly string[]): void {
    const status = this.store.instance(instanceId)?.runtimeStatus;
    if (status === undefined || isFinal(status) || allowed.includes(status)) return;
    const text = `Cannot ${operation} the orchestration instance ${instanceId} because instance is in the ${status} state.`;
    throw serverFault('System.InvalidOperationException', text);
  }

  /** 0 for an id that is new, otherwise one more than the instance had that it stands for. */
  #nextGeneration(instanceId: string): number {
    if (this.store.instance(instanceId) === undefined) return 0;
    for (const text of this.store.history(instanceId)) {
      const event = JSON.parse(text) as HistoryEvent;
      if (event.EventType === EventType.ExecutionStarted) return (event.Generation ?? 0) + 1;
    }
    return 1;
  }

  #made<Own extends object>(own: Own): Own & EventStamp {
    return makeEvent(own, this.clock.wallMs());
  }
}

function unknownFunction(name: string, known: readonly string[]): ManagementFault {
  const names = known.map((one) => `'${one}'`).join(', ');
  return argumentFault(
    `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function. ` +
      `Additional info: The following are the known orchestrator functions: ${names}.`,
  );
}

/** Throws a ManagementFault for an id that breaks a rule (functions-host.md 4.9). */
function checkInstanceId(instanceId: string): void {
  const rule = instanceId.startsWith('@')
    ? 'start with @'
    : FORBIDDEN_IN_ID.test(instanceId) && 'contain /, \\, #, ?, or control characters';
  if (rule !== false)
    throw argumentFault(`instanceId (Parameter 'Orchestration instance ids must not ${rule}.')`);
  if (instanceId.length > MAX_ID_LENGTH)
    throw argumentFault(`Instance ID lengths must not exceed ${MAX_ID_LENGTH} characters.`);
}
