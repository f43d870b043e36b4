import { frameInput } from '../../protocols/consumption/frameKeys.js';
import { ByteSink } from '../write/byteSink.js';
import type { ItemForm } from './batchItems.js';
import { appendBytes } from './appendBytes.js';
import { Turns } from './turns.js';
import { valueEnd } from './valueEnd.js';

const lineFeed = 0x0a;
const comma = 0x2c;
/** What a row takes beside its bytes, as if it were bytes. */
const rowCost = 64;

/**
 * The rows of an item, JSON arrays in the order of `columns` on lines of their own, as the consumption request that was
 * sent. The bytes of the values stay as they are. Works in slices that leave the event loop free.
 */
export async function requestOfRows(
  rows: Uint8Array,
  form: ItemForm,
  columns: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const sinks = columns.map(() => new ByteSink({ capacity: 256, maxBytes: Infinity }));
  const last = columns.length - 1;
  const turns = new Turns();
  for (let start = 0; start < rows.length;) {
    const end = rows.indexOf(lineFeed, start);
    let at = start + 1;
    for (const [i, sink] of sinks.entries()) {
      // behind the last cell stands the bracket
      const cellEnd = i === last ? end - 1 : valueEnd(rows, at);
      if (start > 0) sink.byte(comma);
      appendBytes(sink, rows, at, cellEnd);
      at = cellEnd + 1;
    }
    if (turns.areDue(end - start + rowCost)) await turns.take();
    start = end + 1;
  }
  const request = new ByteSink({ capacity: rows.length + namesBytes(columns), maxBytes: Infinity });
  request.text(form === 'frame' ? `{"${frameInput}":{` : '{');
  for (const [i, name] of columns.entries()) {
    request.text(`${i === 0 ? '' : ','}${JSON.stringify(name)}:${form === 'frame' ? '[' : ''}`);
    const { bytes, length } = sinks[i] as ByteSink;
    request.slice(bytes, 0, length);
    if (form === 'frame') request.text(']');
    if (turns.areDue(length + rowCost)) await turns.take();
  }
  request.text(form === 'frame' ? '}}' : '}');
  return request.take();
}

/** Bytes that the names take at most, with what stands around them. */
const namesBytes = (columns: readonly string[]) =>
  columns.reduce((sum, name) => sum + 6 * name.length + 8, 64);
