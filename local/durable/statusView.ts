import type { Instance } from './store.js';

/** The status object of the management API (functions-host.md 4.12). */
export function statusView(
  { name, instanceId, runtimeStatus, ...instance }: Instance,
  showInput: boolean,
  historyEvents?: readonly unknown[],
): object {
  return {
    name,
    instanceId,
    runtimeStatus,
    input: showInput ? jsonOrText(instance.input) : null,
    customStatus: jsonOrText(instance.customStatus),
    output: jsonOrText(instance.output),
    createdTime: wholeSeconds(instance.createdMs),
    lastUpdatedTime: wholeSeconds(instance.updatedMs),
    ...(historyEvents && { historyEvents }),
  };
}

/** The value of a JSON text; other texts as they are. */
export function jsonOrText(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wholeSeconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+/, '');
}
