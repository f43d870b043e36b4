import type { TypedData } from '../core/coreTypes.js';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The top-level properties of an object as trigger metadata: scalars as text, objects as JSON, arrays not at all (functions-host.md 1.7). */
export function propertyMetadata(value: unknown): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return metadata;
  for (const [name, property] of Object.entries(value)) {
    if (property === null || Array.isArray(property)) continue;
    metadata[name] =
      typeof property === 'object' ? { json: JSON.stringify(property) } : { string: scalarText(property) };
  }
  return metadata;
}

/** A scalar as .NET prints it: `True`, and times as `1/31/2026 3:04:05 PM`. */
function scalarText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const text = String(value);
  return ISO_TIME.test(text) && !Number.isNaN(Date.parse(text))
    ? new Date(text).toLocaleString('en-US').replace(',', '')
    : text;
}
