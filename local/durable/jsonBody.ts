import { jsonFault } from './managementFault.js';

/** The text of a body, without a byte order mark. */
export function bodyText(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/** Compact JSON with the last of equal keys, as the real extension keeps it; throws a ManagementFault for other text. */
export function compactJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw jsonFault(reason(text.trim(), error));
  }
}

/** The texts of the real extension's JSON reader where they were recorded. */
function reason(text: string, error: unknown): string {
  const [first] = text;
  if (first === undefined) return "Error reading JToken from JsonReader. Path '', line 0, position 0.";
  if (/^\{[a-z_]\w*$/i.test(text)) {
    return `Unexpected end while parsing unquoted property name. Path '', line 1, position ${text.length}.`;
  }
  if (!/[[{"'\d/tfnNIu-]/.test(first)) {
    return `Unexpected character encountered while parsing value: ${first}. Path '', line 0, position 0.`;
  }
  return error instanceof Error ? error.message : String(error);
}
