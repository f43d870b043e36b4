import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ParquetSegment } from '../../../../../shared/batch/lane/chunkTask.js';
import { openParquetReader } from '../../../../../shared/batch/read/parquet/openParquetReader.js';
import {
  planParquet,
  type PlannedParquet,
  type PlanParquetOptions,
} from '../../../../../shared/batch/read/parquet/planParquet.js';
import { sliceRanges } from '../../../../../shared/batch/read/parquet/sliceRanges.js';
import type {
  ReadStop,
  RecordFault,
  RowSink,
  RowTarget,
} from '../../../../../shared/batch/read/recordReader.js';
import { projectRoot } from '../../../../support/project.js';

/** A committed file (fixtures/README.md). */
export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    readFileSync(path.join(projectRoot, 'test/shared/batch/read/parquet/fixtures', `${name}.parquet`)),
  );
}

/** What a fixture row of `table(nulls)` in make.py holds. */
export function fixtureRow(i: number, nulls: boolean): readonly unknown[] {
  const values = [
    i / 3,
    Math.fround(i / 10),
    2n ** 60n + BigInt(i * 97),
    (i % 100) - 50,
    i % 3 === 0,
    `täxt ${i % 40}`,
  ];
  return nulls && i % 7 === 3 ? values.map(() => undefined) : values;
}

export const fixtureColumns = ['x', 'f', 'long', 'small', 'flag', 'text'] as const;

export interface CountedFile {
  readonly read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly reads: readonly { readonly from: number; readonly to: number }[];
}

/** Ranges of bytes in memory; remembers what was read. */
export function countedFile(bytes: Uint8Array): CountedFile {
  const reads: { from: number; to: number }[] = [];
  return {
    reads,
    read: (from, to) => {
      reads.push({ from, to });
      return Promise.resolve(new Uint8Array(bytes.slice(from, to)));
    },
  };
}

const defaults = { sliceBytes: 8 * 2 ** 20, maxRowGroupBytes: 256 * 2 ** 20 };

export function planFile(
  bytes: Uint8Array,
  options: Partial<PlanParquetOptions> = {},
): Promise<PlannedParquet> {
  return planParquet(countedFile(bytes).read, bytes.length, { ...defaults, wanted: '*', ...options });
}

/** A task for a slice as a worker gets it: through JSON and with nothing but the ranges that it needs. */
export function segmentOf(
  bytes: Uint8Array,
  { layout }: PlannedParquet,
  slice: PlannedParquet['slices'][number],
  wanted: readonly string[],
): ParquetSegment {
  const ranges = sliceRanges(layout, wanted, slice).map(({ offset, length }) => ({
    offset,
    bytes: new Uint8Array(bytes.slice(offset, offset + length)),
  }));
  const footer: unknown = JSON.parse(JSON.stringify(layout.footer));
  return { kind: 'parquet', footer, ...slice, ranges };
}

/** A sink that keeps the rows; `refuse` tells what is wrong with a value. */
export class KeptRows implements RowSink {
  readonly rows: unknown[][] = [];
  #row: unknown[] = [];
  readonly #refuse: (value: unknown) => string | undefined;

  constructor(refuse: (value: unknown) => string | undefined = () => undefined) {
    this.#refuse = refuse;
  }

  get count(): number {
    return this.rows.length;
  }

  setText(): string | undefined {
    throw new Error('Parquet has values');
  }

  setValue(column: number, value: unknown): string | undefined {
    this.#row[column] = value;
    return this.#refuse(value);
  }

  commit(): void {
    this.rows.push(this.#row);
    this.#row = [];
  }

  reset(): void {
    this.rows.length = 0;
  }
}

export function targetOf(names: readonly string[], sink: RowSink): RowTarget {
  return { sink, columns: names.map((name) => ({ name, type: 'numeric', nullable: true })) };
}

export interface ReadFile {
  readonly rows: readonly (readonly unknown[])[];
  readonly faults: readonly RecordFault[];
  readonly stops: readonly ReadStop[];
  readonly plan: PlannedParquet;
}

/** All rows of a file, read slice by slice. */
export async function readFile(
  bytes: Uint8Array,
  wanted: readonly string[],
  options: Partial<PlanParquetOptions> = {},
  maxRows = 100,
): Promise<ReadFile> {
  const plan = await planFile(bytes, { wanted, ...options });
  const rows: unknown[][] = [];
  const faults: RecordFault[] = [];
  const stops: ReadStop[] = [];
  for (const slice of plan.slices) {
    const sink = new KeptRows();
    const segment = segmentOf(bytes, plan, slice, wanted);
    const reader = await openParquetReader(segment, { target: targetOf(wanted, sink), join: [] });
    for (let block = reader.read(maxRows); block; block = reader.read(maxRows)) faults.push(...block.faults);
    rows.push(...sink.rows);
    if (reader.stop) stops.push(reader.stop);
  }
  return { rows, faults, stops, plan };
}
