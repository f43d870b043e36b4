import type { ResultColumn } from '../plan/plan.js';

/** The JSON text of a cell of CSV results: numbers keep their digits; what JSON does not have is null. */
export function cellJson(cell: string, kind: ResultColumn['kind']): string {
  if (kind === 'text') return JSON.stringify(cell);
  if (cell === '') return 'null';
  if (kind === 'json') return isJson(cell) ? cell : JSON.stringify(cell);
  if (kind === 'boolean') return cell === 'true' || cell === 'false' ? cell : JSON.stringify(cell);
  if (cell === 'NaN' || cell === 'Infinity' || cell === '-Infinity') return 'null';
  // a joined cell may hold a number in a form that JSON does not know
  return jsonNumber.test(cell) ? cell : JSON.stringify(cell);
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
