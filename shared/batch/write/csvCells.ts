import type { ByteSink } from './byteSink.js';
import { jsonText } from './jsonText.js';

/**
 * Appends a text as a cell of CSV, in quotes where RFC 4180 needs them. With `spreadsheetSafe` a text that a spreadsheet
 * would run as a formula gets a quote in front; plain numbers stay what they are.
 */
export function writeCsvText(sink: ByteSink, text: string, spreadsheetSafe: boolean): void {
  const safe = spreadsheetSafe && runsAsFormula(text) ? `'${text}` : text;
  sink.text(needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe);
}

/** Appends a joined value: texts as they are, nothing for a missing one, arrays and objects as JSON text. */
export function writeCsvValue(sink: ByteSink, value: unknown, spreadsheetSafe: boolean): void {
  if (typeof value === 'string') writeCsvText(sink, value, spreadsheetSafe);
  else if (value === null || value === undefined) return;
  else if (typeof value === 'number') sink.text(Object.is(value, -0) ? '-0' : String(value));
  else if (value instanceof Date) sink.text(JSON.parse(jsonText(value)) as string);
  else if (typeof value === 'object') writeCsvText(sink, jsonText(value), false);
  else sink.text(jsonText(value));
}

const needsQuotes = /[",\r\n]/;
const plainNumber = /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/;

function runsAsFormula(text: string): boolean {
  switch (text.charCodeAt(0)) {
    case 0x2b:
    case 0x2d:
      return !plainNumber.test(text);
    case 0x3d:
    case 0x40:
    case 0x09:
    case 0x0d:
      return true;
    default:
      return false;
  }
}
