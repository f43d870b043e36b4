import { constants, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { BlobAddress, BlobStore } from '../../shared/storage/blobStore.js';
import { putBlocks } from './benchStorage.js';
import { columnNames, recordColumns, recordCsv } from './records.js';

/** An input in storage. */
export interface BenchInput {
  readonly label: string;
  readonly blob: BlobAddress;
  readonly rows: number;
}

/** How often the rows stand in the large inputs: 1 GB of 100 MB. */
const largeTimes = 10;

/** Puts the inputs of the measurements into storage, each when it is first asked for. */
export class BenchInputs {
  readonly rows: number;
  readonly #store: BlobStore;
  readonly #put = new Map<string, Promise<BenchInput>>();

  constructor(store: BlobStore, rows: number) {
    this.#store = store;
    this.rows = rows;
  }

  csv(): Promise<BenchInput> {
    return this.#once('CSV', 'bench.csv', this.rows, () => {
      const { header, body } = recordCsv(this.rows);
      return [header, body];
    });
  }

  largeCsv(): Promise<BenchInput> {
    return this.#once('CSV, large', 'bench-large.csv', this.rows * largeTimes, () => {
      const { header, body } = recordCsv(this.rows);
      return [header, ...repeated(body)];
    });
  }

  gzip(): Promise<BenchInput> {
    return this.#once('CSV, gzip', 'bench.csv.gz', this.rows, () => {
      const { header, body } = recordCsv(this.rows);
      return [packed(header), packed(body)];
    });
  }

  /** Members of gzip may follow each other. */
  largeGzip(): Promise<BenchInput> {
    return this.#once('CSV, gzip, large', 'bench-large.csv.gz', this.rows * largeTimes, () => {
      const { header, body } = recordCsv(this.rows);
      return [packed(header), ...repeated(packed(body))];
    });
  }

  parquet(): Promise<BenchInput> {
    return this.#once('Parquet', 'bench.parquet', this.rows, () => [
      parquet(this.rows, Math.ceil(this.rows / 10)),
    ]);
  }

  oneGroupParquet(): Promise<BenchInput> {
    const label = 'Parquet, one row group';
    return this.#once(label, 'bench-one.parquet', this.rows, () => [parquet(this.rows, this.rows)]);
  }

  #once(label: string, name: string, rows: number, make: () => Buffer[]): Promise<BenchInput> {
    const known = this.#put.get(name);
    if (known) return known;
    const blob = { container: 'uploads', name };
    const input = putBlocks(this.#store, blob, make()).then(() => ({ label, blob, rows }));
    this.#put.set(name, input);
    return input;
  }
}

const repeated = (body: Buffer) => Array.from({ length: largeTimes }, () => body);

const packed = (bytes: Buffer) => gzipSync(bytes, { level: constants.Z_DEFAULT_COMPRESSION });

function parquet(rows: number, rowGroupSize: number): Buffer {
  const columns = recordColumns(rows);
  const columnData = columnNames.map((name, at) => ({
    name,
    data: columns[at] as Float64Array,
    type: 'DOUBLE' as const,
  }));
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }));
}
