import { EventType, type HistoryEvent, type TaskScheduled } from './historyEvents.js';
import { jsonOrText } from './statusView.js';
import { RUNTIME_STATUSES } from './store.js';

const EVENT_NAMES = new Map<number, string>(
  Object.entries(EventType).map(([name, number]) => [number, name]),
);
// Members that are left out, but for FunctionName in place of Name.
const HIDDEN = new Set(
  'OrchestrationInstance ParentInstance Version Tags EventId IsPlayed TimerId TaskScheduledId'.split(' '),
);

/** `historyEvents` of a status object, from stored events (functions-host.md 4.12). */
export function historyView(texts: readonly string[], showInput: boolean, showOutput: boolean): object[] {
  const events = texts.map((text) => JSON.parse(text) as HistoryEvent);
  const scheduled = new Map<number, TaskScheduled>();
  const ended = new Set<number>();
  for (const event of events) {
    if (event.EventType === EventType.TaskScheduled) scheduled.set(event.EventId, event);
    if ('TaskScheduledId' in event) ended.add(event.TaskScheduledId);
  }
  return events
    .filter(({ EventType: type, EventId: id }) => {
      if (type === EventType.TaskScheduled) return !ended.has(id);
      return type !== EventType.OrchestratorStarted && type !== EventType.OrchestratorCompleted;
    })
    .map((event) => eventView(event, scheduled, showInput, showOutput));
}

function eventView(
  event: HistoryEvent,
  scheduled: ReadonlyMap<number, TaskScheduled>,
  showInput: boolean,
  showOutput: boolean,
): object {
  const entries = Object.entries(event).filter(([name]) => !HIDDEN.has(name));
  const view: Record<string, unknown> = Object.fromEntries(entries);
  view.EventType = EVENT_NAMES.get(event.EventType);
  if (event.EventType === EventType.ExecutionStarted) {
    delete view.Name;
    view.FunctionName = event.Name;
    if (!showInput) delete view.Input;
  } else if (event.EventType === EventType.ExecutionCompleted) {
    view.OrchestrationStatus = RUNTIME_STATUSES[event.OrchestrationStatus];
  } else if ('TaskScheduledId' in event) {
    const call = scheduled.get(event.TaskScheduledId);
    view.ScheduledTime = call?.Timestamp.replace('Z', '+00:00');
    view.FunctionName = call?.Name;
    // The inputs of activities are not in the history.
    if (showInput) view.Input = null;
  }
  if ('Result' in event) {
    if (showOutput) view.Result = jsonOrText(event.Result);
    else delete view.Result;
  }
  return view;
}
