import { jsonFault } from './managementAnswer.js';

/**
 * Compact JSON of a body, with the last of equal keys, as the real extension keeps it; null for a blank one. Throws
 * a ManagementFault for other text.
 */
export function jsonBody(body: Buffer | undefined): string | null {
  const text = new TextDecoder().decode(body).trim();
  if (text === '') return null;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw jsonFault(reason(text, error));
  }
}

/** The texts of the real extension's JSON reader where they were recorded. */
function reason(text: string, error: unknown): string {
  if (/^\{[a-z_]\w*$/i.test(text))
    return `Unexpected end while parsing unquoted property name. Path '', line 1, position ${text.length}.`;
  if (!/^[[{"'\d/tfnNIu-]/.test(text))
    return `Unexpected character encountered while parsing value: ${text.slice(0, 1)}. Path '', line 0, position 0.`;
  return String(error);
}
