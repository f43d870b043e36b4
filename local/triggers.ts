import type { RegisteredFunction } from './core/functionApp.js';

/** What runs beside the HTTP server and calls functions of its own accord. */
export interface TriggerListener {
  start(): Promise<void>;
  /** Takes on nothing new and waits at most `graceMs` for what runs. */
  stop(graceMs: number): Promise<void>;
  /** Lets go of what functions in flight may use until their end. */
  close?(): Promise<void>;
}

/** The binding that starts a function; `type` is in lower case. */
export interface TriggerBinding {
  readonly name: string;
  readonly type: string;
  /** As registered; in the triggers of sorted functions `%SETTING%` is replaced. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A registered function with what starts it. */
export interface TriggeredFunction {
  readonly name: string;
  readonly registered: RegisteredFunction;
  readonly trigger: TriggerBinding;
  /** Switched off by a setting: no trigger may start it. */
  readonly disabled: boolean;
}

/** A function that was registered but cannot be called here, and why. */
export interface UnavailableFunction {
  readonly name: string;
  readonly trigger: string;
  readonly reason: string;
}

/** The one binding of a registration whose type ends in `Trigger`, or undefined. */
export function triggerOf({ metadata }: RegisteredFunction): TriggerBinding | undefined {
  for (const [name, binding] of Object.entries(metadata.bindings)) {
    const type = binding.type.toLowerCase();
    if (type.endsWith('trigger')) return { name, type, options: binding };
  }
  return undefined;
}
