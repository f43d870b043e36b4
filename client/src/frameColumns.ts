import { frameKey } from './records.js';
import type { ParameterDefinition, ParameterType } from './serviceMetadata.js';

/**
 * The columns of the frame that a service takes, out of its swagger document, which alone names them; undefined where it
 * does not. An array per row is a `vector`, whatever its dimensions.
 */
export function frameColumns(swagger: string): readonly ParameterDefinition[] | undefined {
  const columns = within(parsed(swagger), [
    'definitions',
    'InputParameters',
    'properties',
    frameKey,
    'properties',
  ]);
  if (columns === undefined) return undefined;
  return Object.entries(columns).map(([name, column]) => {
    const type = within(column, ['items'])?.type;
    return { name, type: parameterTypes.get(type) ?? 'numeric' };
  });
}

const parameterTypes: ReadonlyMap<unknown, ParameterType> = new Map([
  ['number', 'numeric'],
  ['integer', 'integer'],
  ['string', 'character'],
  ['boolean', 'logical'],
  ['array', 'vector'],
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object at a path of keys. */
function within(value: unknown, path: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
}
