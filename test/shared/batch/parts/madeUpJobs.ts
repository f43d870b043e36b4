import type { StartState } from '../../../../shared/batch/lane/chunkTask.js';
import type { PartFacts } from '../../../../shared/batch/parts/partFacts.js';
import type { BatchPlan, PlanInput, PlanTarget } from '../../../../shared/batch/plan/plan.js';
import { fc } from '../../../support/property.js';

/** What a made-up chunk would report, whichever state it is read with. */
interface MadeUpChunk {
  /** Another input begins with it. */
  readonly beginsInput: boolean;
  readonly ends: { readonly o: StartState; readonly q: StartState };
  /** Records for either start state; the two differ. */
  readonly records: { readonly o: number; readonly q: number };
  /** Reading stops in it, when it is read with this state. */
  readonly stopsIn?: StartState;
}

export interface MadeUpJob {
  readonly chunks: readonly MadeUpChunk[];
  readonly targets: number;
}

const state = fc.constantFrom<StartState>('o', 'q');

const chunk: fc.Arbitrary<MadeUpChunk> = fc
  .record({
    beginsInput: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
    ends: fc.record({ o: state, q: state }),
    rows: fc.integer({ min: 0, max: 5 }),
    stops: fc.option(state, { freq: 20 }),
  })
  .map(({ beginsInput, ends, rows, stops }) => ({
    beginsInput,
    ends,
    records: { o: rows, q: rows + 1 },
    ...(stops === null ? {} : { stopsIn: stops }),
  }));

export const madeUpJob: fc.Arbitrary<MadeUpJob> = fc.record({
  chunks: fc.array(chunk, { minLength: 1, maxLength: 12 }),
  targets: fc.integer({ min: 1, max: 3 }),
});

/** The plan of a made-up job: as much of it as settling looks at. */
export function planOf({ chunks, targets }: MadeUpJob): BatchPlan {
  const inputs: PlanInput[] = [];
  const planned = chunks.map(({ beginsInput }, at) => {
    const begins = at === 0 || beginsInput;
    if (begins) inputs.push({ name: `input ${inputs.length}` } as PlanInput);
    return { segments: [{ input: inputs.length - 1, from: 0, to: 1 }], speculative: !begins };
  });
  return {
    inputs,
    headers: [],
    chunks: planned,
    targets: Array.from({ length: targets }, () => ({}) as PlanTarget),
    output: { format: 'csv', join: [], spreadsheetSafe: false },
    parquetColumns: [],
    runRows: 1,
    lanes: 1,
  };
}

/** The parts of a chunk that was read with a state: one for each target, with the same number of rows. */
export function partsOf({ chunks, targets }: MadeUpJob, at: number, start: StartState): PartFacts[] {
  const { ends, records, stopsIn } = chunks[at] as MadeUpChunk;
  return Array.from({ length: targets }, (_, target) => {
    const failed = Math.min(target, records[start]);
    return {
      ...{ chunk: at, target, start, ends, records: [records[start]], chunkFailed: false, sha256: `${at}` },
      ...{
        succeeded: records[start] - failed,
        failed,
        readMs: 0,
        runMs: 0,
        encodeMs: 0,
        sizeBytes: 1,
        writtenMs: 0,
      },
      ...(stopsIn === start ? { stop: stopAt(at) } : {}),
    };
  });
}

const stopAt = (chunk: number) =>
  ({ code: 'JOB_QUOTE_UNCLOSED', message: `in chunk ${chunk}`, offset: chunk, segment: 0 }) as const;

/** The chunks from the first one on, in order, as one reader without guesses would have them. */
export function readInOrder({ chunks }: MadeUpJob): { chunk: number; start: StartState; firstRow: number }[] {
  const read = [];
  let start: StartState = 'o';
  let firstRow = 0;
  for (const [at, { beginsInput, ends, records, stopsIn }] of chunks.entries()) {
    if (beginsInput) start = 'o';
    read.push({ chunk: at, start, firstRow });
    firstRow += records[start];
    if (stopsIn === start) break;
    start = ends[start];
  }
  return read;
}
