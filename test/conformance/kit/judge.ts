import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Difference } from './differences.js';
import { exceptions, isUnsteady, type Exception } from './expected.js';

/** How a case ended, and what is wrong with that. */
export interface Verdict {
  readonly id: string;
  readonly outcome: 'equal' | Exception['why'];
  readonly faults: readonly string[];
  /** Shown for a case that is wrong. */
  readonly differences: readonly Difference[];
}

export interface Played {
  readonly differences: ReadonlyMap<string, readonly Difference[]>;
  readonly recordedDir: string;
  readonly outDir: string;
  /** What the host wrote while the cases were played. */
  readonly log: string;
  /** Lines with which the host has refused to start. */
  readonly startRefusals: readonly string[];
}

interface CaseRecord {
  readonly cutAfter?: string;
  readonly kitError?: string;
  readonly steps: readonly { readonly status?: number }[];
}

/** Compares one case with the recording and with the table of exceptions. */
export function judge(id: string, played: Played): Verdict {
  const exception = exceptions.find(({ cases }) => cases.some((pattern) => fits(id, pattern)));
  const outcome = exception?.why ?? 'equal';
  if (exception?.shows?.in === 'start') {
    return { id, outcome, faults: missingEvidence(exception, '', undefined, played), differences: [] };
  }
  const text = read(path.join(played.outDir, `${id}.json`));
  if (text === undefined) return { id, outcome, faults: ['was not played'], differences: [] };
  const ours = JSON.parse(text) as CaseRecord;
  const recorded = JSON.parse(
    read(path.join(played.recordedDir, `${id}.json`)) ?? '{}',
  ) as Partial<CaseRecord>;
  const differences = (played.differences.get(id) ?? []).filter(({ at }) => !isUnsteady(id, at));

  const faults: string[] = [];
  if (ours.kitError !== undefined) faults.push(`error of the kit: ${ours.kitError.split('\n', 1)[0] ?? ''}`);
  if (ours.cutAfter !== undefined && recorded.cutAfter === undefined)
    faults.push(`cut after ${ours.cutAfter}`);
  if (exception === undefined) {
    if (differences.length > 0) faults.push('differs');
  } else {
    if (differences.length === 0) faults.push('is equal, yet listed as an exception');
    const other = differences.filter(({ at }) => !(exception.at?.some((part) => at.includes(part)) ?? true));
    if (other.length > 0) faults.push(`differs elsewhere: ${other.map(({ at }) => at).join(', ')}`);
    faults.push(...missingEvidence(exception, text, ours, played));
  }
  return { id, outcome, faults, differences };
}

/** Patterns of exceptions that name none of the given cases. */
export function staleExceptions(ids: readonly string[]): string[] {
  return exceptions.flatMap(({ cases }) => cases.filter((pattern) => !ids.some((id) => fits(id, pattern))));
}

function fits(id: string, pattern: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

function missingEvidence(
  { shows }: Exception,
  record: string,
  ours: CaseRecord | undefined,
  { log, startRefusals }: Played,
): string[] {
  if (shows === undefined) return [];
  const { text } = shows;
  switch (shows.in) {
    case 'start':
      return startRefusals.some((line) => line.includes(text)) ? [] : [`no start was refused with: ${text}`];
    case 'answer':
      return record.includes(JSON.stringify(text).slice(1, -1)) ? [] : [`the answer does not say: ${text}`];
    case 'log': {
      const failed = ours?.steps.some(({ status }) => status === 500 || status === 400) ?? false;
      return [
        ...(log.includes(text) ? [] : [`the log does not say: ${text}`]),
        ...(failed || shows.answered === true ? [] : ['no answer has status 400 or 500']),
      ];
    }
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
