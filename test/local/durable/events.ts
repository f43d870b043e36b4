import type { MessageEvent } from '../../../local/durable/historyEvents.js';
import { EventType } from '../../../local/durable/historyEvents.js';
import { executionStarted, makeEvent } from '../../../local/durable/makeEvents.js';
import type { EpisodeCommit, Instance } from '../../../local/durable/store.js';

/** An instance that has just been started, for tests of the store. */
export function instance(instanceId: string, more: Partial<Instance> = {}): Instance {
  return {
    instanceId,
    executionId: `execution of ${instanceId}`,
    name: 'chain',
    runtimeStatus: 'Pending',
    input: '{"n":1}',
    output: null,
    customStatus: null,
    createdMs: 1_000,
    updatedMs: 1_000,
    ...more,
  };
}

export function started(of: Instance): MessageEvent {
  return executionStarted(of, 0, of.createdMs);
}

export function raised(name: string): MessageEvent {
  return {
    ...makeEvent({ EventType: EventType.EventRaised, Name: name, Input: '1', ParentTraceContext: null }, 0),
    Timestamp: '2026-01-01T00:00:00.5Z',
  };
}

export function episode(of: Instance, more: Partial<EpisodeCommit> = {}): EpisodeCommit {
  return {
    instance: of,
    executionId: of.executionId,
    consumed: [],
    events: [],
    newGeneration: false,
    activities: [],
    messages: [],
    ...more,
  };
}
