import type { ResultColumn } from '../plan/plan.js';
import { ByteSink } from './byteSink.js';
import { writeCsvText } from './csvCells.js';

/** The header of CSV results: the names of the columns and a line feed. */
export function csvHeader(
  columns: readonly ResultColumn[],
  { spreadsheetSafe }: { readonly spreadsheetSafe: boolean },
): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink();
  columns.forEach(({ name }, i) => {
    if (i > 0) sink.byte(0x2c);
    writeCsvText(sink, name, spreadsheetSafe);
  });
  sink.byte(0x0a);
  return sink.take();
}
