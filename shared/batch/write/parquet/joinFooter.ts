import { setImmediate } from 'node:timers/promises';
import type { ByteWriter } from 'hyparquet-writer' with { 'resolution-mode': 'import' };
import { physicals } from '../../read/parquet/parquetFooter.js';
import type { GroupMetadata } from '../../read/parquet/readFileMetadata.js';
import type { ResultColumn } from '../../plan/plan.js';
import type { PartFooter } from './partFooter.js';
import { storedKind } from './resultSchema.js';

type Thrift = Readonly<Record<`field_${number}`, unknown>>;

/** Column chunks written between two turns of the event loop. */
const chunksPerTurn = 250;

const thrift = { binary: 8, list: 9, struct: 12 };

/**
 * The end of a joined file: footer, its length and the magic. The file is 'PAR1', the `rowGroupBytes` of the parts in
 * order, and this. Runs on the main thread and leaves the event loop free in between.
 */
export async function joinFooter(
  columns: readonly ResultColumn[],
  parts: readonly PartFooter[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { ByteWriter } = await import('hyparquet-writer');
  const { serializeTCompactProtocol } = await import('hyparquet-writer/src/thrift.js');
  const groups = parts.flatMap(({ rowGroups }) => rowGroups);
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const writer = new ByteWriter();
  serializeTCompactProtocol(writer, { field_1: 2, field_2: schemaOf(columns), field_3: BigInt(rows) });
  // fields 4 to 7 follow in the same struct: its end is taken back
  writer.index--;
  writer.offset--;
  listHeader(writer, 4 - 3, thrift.struct, groups.length);
  let shift = 0;
  let sinceTurn = 0;
  for (const { rowGroups, byteLength } of parts) {
    for (const group of rowGroups) {
      serializeTCompactProtocol(writer, groupOf(columns, group, shift));
      sinceTurn += columns.length;
      if (sinceTurn < chunksPerTurn) continue;
      sinceTurn = 0;
      await setImmediate();
    }
    shift += byteLength;
  }
  const createdBy = new TextEncoder().encode('warmstart');
  writer.appendUint8(((6 - 4) << 4) | thrift.binary);
  writer.appendVarInt(createdBy.length);
  writer.appendBytes(createdBy);
  listHeader(writer, 7 - 6, thrift.struct, columns.length);
  columns.forEach(() => {
    serializeTCompactProtocol(writer, { field_1: {} });
  });
  writer.appendUint8(0);
  writer.appendUint32(writer.offset);
  writer.appendBytes(new TextEncoder().encode('PAR1'));
  return writer.getBytes().slice();
}

/** Header of a field that is a list; `step`: how much its number is beyond that of the field before. */
function listHeader(writer: ByteWriter, step: number, type: number, length: number): void {
  writer.appendUint8((step << 4) | thrift.list);
  writer.appendUint8((15 << 4) | type);
  writer.appendVarInt(length);
}

function schemaOf(columns: readonly ResultColumn[]): Thrift[] {
  const leaves = columns.map(({ name, kind }) => {
    const { physical, logical } = storedKind(kind);
    return {
      field_1: physicals.indexOf(physical),
      field_3: 1,
      field_4: name,
      ...(logical === 'STRING' ? { field_6: 0, field_10: { field_1: {} } } : {}),
      ...(logical === 'JSON' ? { field_10: { field_12: {} } } : {}),
    };
  });
  return [{ field_4: 'schema', field_5: columns.length }, ...leaves];
}

/** A row group whose bytes begin `shift` later in the joined file than in its part. */
function groupOf(
  columns: readonly ResultColumn[],
  { chunks, sizeBytes, rows }: GroupMetadata,
  shift: number,
): Thrift {
  return {
    field_1: chunks.map((chunk, i) => ({
      field_2: 0n,
      field_3: {
        field_1: chunk.type,
        field_2: encodingsOf(chunk.encodings),
        field_3: [columns[i]?.name ?? ''],
        field_4: chunk.codec,
        field_5: BigInt(chunk.values),
        field_6: BigInt(chunk.uncompressedBytes),
        field_7: BigInt(chunk.compressedBytes),
        field_9: BigInt(chunk.dataOffset + shift),
        ...(chunk.dictionaryOffset > 0 ? { field_11: BigInt(chunk.dictionaryOffset + shift) } : {}),
      },
    })),
    field_2: BigInt(sizeBytes),
    field_3: BigInt(rows),
  };
}

function encodingsOf(bits: number): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < 32; i++) if ((bits >>> i) & 1) numbers.push(i);
  return numbers;
}
