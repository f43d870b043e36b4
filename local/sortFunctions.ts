import { withSettings, type ReadSetting } from './appSettings.js';
import type { RegisteredFunction } from './core/functionApp.js';
import { HostFault } from './hostFault.js';
import type { HostSettings } from './hostSettings.js';
import {
  triggerOf,
  type TriggerBinding,
  type TriggeredFunction,
  type UnavailableFunction,
} from './triggers.js';

const KINDS = ['http', 'blob', 'timer', 'activity', 'orchestration'] as const;
type Kind = (typeof KINDS)[number];

/** The functions of an app by what starts them. */
export type SortedFunctions = Readonly<Record<Kind, readonly TriggeredFunction[]>> & {
  readonly unavailable: readonly UnavailableFunction[];
};

/** What to do instead, for triggers that can be done without. */
const INSTEAD: Readonly<Record<string, string>> = {
  entitytrigger: 'keep state in storage',
  // functions-host.md 1.10: whether it is called depends on the plan, so that no app can rely on it
  warmuptrigger: 'use an appStart hook',
};

/**
 * Sorts functions by their triggers. Throws a HostFault for a function that would behave otherwise than on a real
 * host: another trigger, another binding, keys, retry options. Only another trigger that is switched off is let be.
 */
export function sortFunctions(
  registered: readonly RegisteredFunction[],
  { isDisabled, readSetting }: Pick<HostSettings, 'isDisabled' | 'readSetting'>,
): SortedFunctions {
  const sorted = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Record<
    Kind,
    TriggeredFunction[]
  >;
  const unavailable: UnavailableFunction[] = [];
  const names = new Set<string>();
  for (const one of registered) {
    const { name } = one;
    const trigger = triggerOf(one);
    const disabled = isDisabled(name);
    const kind = KINDS.find((known) => trigger?.type === `${known}trigger`);
    if (names.has(name.toLowerCase()))
      throw new HostFault(`function "${name}": another name differs from it in letter case only`);
    names.add(name.toLowerCase());
    if (trigger !== undefined && kind !== undefined) {
      const fault = faultOf(one, trigger);
      if (fault !== undefined) throw new HostFault(`function "${name}": ${fault}`);
      sorted[kind].push({ name, registered: one, trigger: resolved(name, trigger, readSetting), disabled });
      continue;
    }
    const type = one.metadata.bindings[trigger?.name ?? '']?.type ?? 'a function without a trigger';
    const reason = `${type} is not available in the local host`;
    const instead =
      INSTEAD[trigger?.type ?? ''] ?? `switch it off with the setting AzureWebJobs.${name}.Disabled=true`;
    if (!disabled) throw new HostFault(`function "${name}": ${reason}; ${instead}`);
    unavailable.push({ name, trigger: type, reason });
  }
  return { ...sorted, unavailable };
}

function faultOf(
  { metadata }: RegisteredFunction,
  { name, type, options }: TriggerBinding,
): string | undefined {
  const isHttp = type === 'httptrigger';
  const { authLevel = 'anonymous' } = options;
  const other = Object.entries(metadata.bindings).find(([key, binding]) => {
    const isAnswer = isHttp && key === '$return' && binding.type.toLowerCase() === 'http';
    return key !== name && !isAnswer && binding.type.toLowerCase() !== 'durableclient';
  });
  if (other !== undefined)
    return `binding "${other[0]}" of type ${other[1].type} is not available in the local host; use a client library in the function`;
  if (metadata.retryOptions !== undefined)
    return 'retry is not available in the local host; try again inside the function';
  if (isHttp && String(authLevel).toLowerCase() !== 'anonymous')
    return `authLevel "${String(authLevel)}" needs function keys, which the local host does not have; use "anonymous" and check access in the function`;
  return undefined;
}

/** The trigger with app settings in place. Nothing is recorded of settings in routes, so that these are refused. */
function resolved(functionName: string, trigger: TriggerBinding, read: ReadSetting): TriggerBinding {
  const options: Record<string, unknown> = { ...trigger.options };
  for (const [option, value] of Object.entries(options)) {
    if (typeof value !== 'string') continue;
    const place = `function "${functionName}", ${option}`;
    if (trigger.type !== 'httptrigger') options[option] = withSettings(value, read, place);
    else if (/%[^%/]+%/.test(value))
      throw new HostFault(`${place}: "${value}" may not take a setting; write it out`);
  }
  return { ...trigger, options };
}
