import type { StartState, TextSegment } from '../../lane/chunkTask.js';
import { csvLimits } from '../csv/csvLimits.js';
import type { ReadBlock, ReadStop, ReadWant, RecordFault, RecordReader } from '../recordReader.js';
import { ElementRecords } from './elementRecords.js';
import { JsonDelivery } from './jsonDelivery.js';
import { LineRecords } from './lineRecords.js';
import { parseRecord } from './parseRecord.js';
import type { RecordSource } from './recordSource.js';

/**
 * Reads the records of a segment of JSON Lines, or of a JSON array that it holds as a whole. A record is an object, or
 * an array in the order of `segment.header` (else of the model's columns). No record spans lines, so that the start
 * state does not matter. `maxRecordBytes` is that of all text formats; tests make it small.
 */
export function openJsonReader(
  segment: TextSegment,
  _startState: StartState,
  want: ReadWant,
  maxRecordBytes: number = csvLimits.recordBytes,
): RecordReader {
  const records =
    segment.format === 'jsonArray'
      ? new ElementRecords(segment, maxRecordBytes)
      : new LineRecords(segment, maxRecordBytes);
  return new JsonReader(records, new JsonDelivery(want, segment.header));
}

class JsonReader implements RecordReader {
  readonly #source: RecordSource;
  readonly #delivery: JsonDelivery;
  #record = 0;

  constructor(source: RecordSource, delivery: JsonDelivery) {
    this.#source = source;
    this.#delivery = delivery;
  }

  get stop(): ReadStop | undefined {
    return this.#source.stop;
  }

  get needsMore(): boolean {
    return this.#source.needsMore;
  }

  read(maxRows: number): ReadBlock | undefined {
    const rows = { recordOf: [] as number[], joined: [] as unknown[][], models: [] as string[] };
    const faults: RecordFault[] = [];
    const first = this.#record;
    while (rows.recordOf.length < maxRows && this.#record - first < 4 * maxRows) {
      const bytes = this.#source.next();
      if (!bytes) break;
      const parsed = parseRecord(bytes, this.#delivery.exactIntegers);
      const fault = 'fault' in parsed ? parsed.fault : this.#delivery.deliver(parsed.record, rows);
      if (fault) faults.push({ record: this.#record, ...fault });
      else rows.recordOf.push(this.#record);
      this.#record++;
    }
    const records = this.#record - first;
    return records === 0 ? undefined : { records, faults, ...rows };
  }
}
