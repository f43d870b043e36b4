import { RefusedPattern } from './refusals.js';

// What an orchestrator function hands back at the end of an episode (functions-host.md 4.4, 4.5).

export interface ActivityAction {
  readonly kind: 'activity';
  readonly name: string;
  /** JSON text, null for none */
  readonly input: string | null;
}

export interface TimerAction {
  readonly kind: 'timer';
  readonly fireAt: string;
  readonly isCanceled: boolean;
}

export type Action =
  | ActivityAction
  | TimerAction
  | { readonly kind: 'event'; readonly name: string }
  | { readonly kind: 'continueAsNew'; readonly input: string | null }
  | { readonly kind: 'any' | 'all'; readonly children: readonly Action[] };

/** All actions since the start of the execution, and how the generator stands after them. */
export interface OrchestratorOutcome {
  readonly actions: readonly Action[];
  /** Returned, or called continueAsNew. */
  readonly isDone: boolean;
  /** JSON text */
  readonly output: string | null;
  readonly error: string | undefined;
  /** JSON text */
  readonly customStatus: string | null;
}

interface WireAction {
  readonly actionType: number;
  readonly functionName: string;
  readonly input?: unknown;
  readonly fireAt: string;
  readonly isCanceled: boolean;
  readonly externalEventName: string;
  readonly compoundActions: readonly WireAction[];
}

type WireOutcome = Pick<OrchestratorOutcome, 'isDone' | 'error'> & {
  readonly actions: readonly (readonly WireAction[])[];
  readonly output?: unknown;
  readonly customStatus?: unknown;
};

/** Reads the library's JSON; throws RefusedPattern for an action that is not supported. */
export function parseOutcome(json: string): OrchestratorOutcome {
  const { isDone, actions, output, error, customStatus } = JSON.parse(json) as WireOutcome;
  return {
    actions: (actions[0] ?? []).map(toAction),
    isDone,
    output: jsonText(output),
    error,
    customStatus: jsonText(customStatus),
  };
}

function toAction(wire: WireAction): Action {
  switch (wire.actionType) {
    case 0:
      return { kind: 'activity', name: wire.functionName, input: jsonText(wire.input) };
    case 1:
      throw new RefusedPattern('retryOptions', `activity ${wire.functionName}`);
    case 2:
    case 3:
      throw new RefusedPattern('subOrchestration', wire.functionName);
    case 4:
      return { kind: 'continueAsNew', input: jsonText(wire.input) };
    case 5:
      // null for an invalid date, `+010000-...` for a year that .NET does not have
      if (!/^\d{4}-/.test(wire.fireAt)) throw new Error('A timer was created with an invalid date.');
      return { kind: 'timer', fireAt: wire.fireAt, isCanceled: wire.isCanceled };
    case 6:
      return { kind: 'event', name: wire.externalEventName };
    case 8:
      throw new RefusedPattern('callHttp');
    case 11:
    case 12:
      return { kind: wire.actionType === 11 ? 'any' : 'all', children: wire.compoundActions.map(toAction) };
    default:
      throw new RefusedPattern('entities', `action ${wire.actionType}`);
  }
}

function jsonText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
