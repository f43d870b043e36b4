import type { Signature } from '../../models/signature.js';
import type { OutputFormat } from '../job.js';
import type { ResultColumn } from '../plan/plan.js';
import { outputCells } from './outputCells.js';

/**
 * The columns of a result: those of `join` first, then those of the outputs, each name once. Of several models it is the
 * union by name; a column that they write in different kinds is `json`, or `number` for floating-point numbers of any
 * size. A joined column whose name an output has is called `input.<name>`.
 */
export function resultColumns(
  models: readonly Signature[],
  join: readonly ResultColumn[],
  format: OutputFormat,
): ResultColumn[] {
  const outputs = new Map<string, ResultColumn>();
  for (const signature of models) {
    for (const { name, kind } of outputCells(signature, format)) {
      const known = outputs.get(name)?.kind ?? kind;
      outputs.set(name, { name, kind: commonKind(known, kind) });
    }
  }
  const taken = new Set(outputs.keys());
  const joined = join.map(({ name, kind }) => {
    let free = name;
    while (taken.has(free)) free = `input.${free}`;
    taken.add(free);
    return { name: free, kind };
  });
  return [...joined, ...outputs.values()];
}

function commonKind(a: ResultColumn['kind'], b: ResultColumn['kind']): ResultColumn['kind'] {
  if (a === b) return a;
  return (a === 'float' && b === 'number') || (a === 'number' && b === 'float') ? 'number' : 'json';
}
