import type { StartState } from '../lane/chunkTask.js';
import type { JobFault, RowCounts } from '../job.js';
import { inInput } from '../inInput.js';
import type { BatchPlan } from '../plan/plan.js';
import type { PartFacts } from './partFacts.js';

/** A chunk whose start state is known and whose parts are there, for every target. */
export interface SettledChunk {
  readonly chunk: number;
  readonly start: StartState;
  /** First row of the chunk in the whole job. */
  readonly firstRow: number;
  /** Per segment: its first row within its input. */
  readonly firstInputRows: readonly number[];
  /** By target. */
  readonly parts: readonly PartFacts[];
}

/** What is certain of a job's results, by the parts that are there. */
export interface Settlement {
  /** Chunks 0 to n - 1 without a gap: what they hold is shown and never changes. */
  readonly chunks: readonly SettledChunk[];
  /** Rows of the settled chunks. */
  readonly rows: number;
  /** Chunks that are known to begin inside quotes but were only read from outside: wrong guesses. */
  readonly wrong: readonly number[];
  /** Whether every chunk is settled. */
  readonly isWhole: boolean;
  /** The first chunk, in order, at which reading stopped for good; what follows is not shown. */
  readonly stop?: JobFault;
}

/**
 * Composes the reports of the parts: whether each chunk begins inside quotes follows from the chunks before it, and a
 * part counts when it was read with that state (Ge et al., Speculative Distributed CSV Data Parsing, SIGMOD 2019).
 * `most` ends the prefix early, for jobs whose settled prefix was frozen.
 */
export function settle(plan: BatchPlan, listed: Iterable<PartFacts>, most = Infinity): Settlement {
  const targets = plan.targets.length;
  const known = new Map<string, PartFacts>();
  for (const part of listed) known.set(`${part.target}/${part.chunk}-${part.start}`, part);
  const chunks: SettledChunk[] = [];
  const wrong: number[] = [];
  const inputRows = plan.inputs.map(() => 0);
  let row = 0;
  let state: StartState | undefined = 'o';
  let gap = false;
  let stop: Settlement['stop'];
  for (const [chunk, { speculative, segments }] of plan.chunks.entries()) {
    if (!speculative) state = 'o';
    if (state === undefined) {
      gap = true;
      continue;
    }
    const start: StartState = state;
    const parts: (PartFacts | undefined)[] = Array.from({ length: targets }, (_, target) =>
      known.get(`${target}/${chunk}-${start}`),
    );
    const report: PartFacts | undefined = parts[0] ?? known.get(`0/${chunk}-${start === 'o' ? 'q' : 'o'}`);
    state = report?.ends[start];
    const found = parts.filter((part) => part !== undefined);
    const whole = found.length === targets;
    // every guess is 'o': a lost part of that state is missing, not wrong
    if (!whole && report && start === 'q') wrong.push(chunk);
    if (!whole || chunk >= most) gap = true;
    const [first] = found;
    if (gap || !first || !whole) continue;
    const firstInputRows = segments.map(({ input }, at) => {
      const before = inputRows[input] as number;
      inputRows[input] = before + (first.records[at] ?? 0);
      return before;
    });
    chunks.push({ chunk, start, firstRow: row, firstInputRows, parts: found });
    row += first.succeeded + first.failed;
    if (first.stop) {
      const { code, message, segment } = first.stop;
      const name = plan.inputs[segments[segment]?.input ?? 0]?.name ?? '';
      stop = { code, message: inInput(name, message) };
      break;
    }
  }
  if (!stop && chunks.length === plan.chunks.length) stop = plan.endsWith;
  const isWhole = stop === undefined && chunks.length === plan.chunks.length;
  return { chunks, rows: row, wrong, isWhole, ...(stop === undefined ? {} : { stop }) };
}

/** The rows of the settled chunks, of one target or of all together. */
export function countRows({ chunks }: Settlement, target?: number): RowCounts {
  let succeeded = 0;
  let failed = 0;
  for (const { parts } of chunks) {
    for (const part of target === undefined ? parts : parts.slice(target, target + 1)) {
      succeeded += part.succeeded;
      failed += part.failed;
    }
  }
  return { rows: succeeded + failed, succeeded, failed };
}
