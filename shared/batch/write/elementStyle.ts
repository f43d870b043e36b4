import type { ByteSink } from './byteSink.js';
import { writeCsvText } from './csvCells.js';

/** What the text formats write in different ways. */
export interface ElementStyle {
  readonly text: (sink: ByteSink, text: string) => void;
  /** NaN and infinities. */
  readonly notFinite: (sink: ByteSink, value: number) => void;
  /** JSON text of arrays stands in quotes. */
  readonly quotesArrays: boolean;
}

const writeNull = (sink: ByteSink) => {
  sink.text('null');
};

/** As JSON has them. */
export const jsonElements: ElementStyle = {
  text: (sink, text) => {
    sink.text(JSON.stringify(text));
  },
  notFinite: writeNull,
  quotesArrays: false,
};

/** As cells of CSV; in `json` columns what JSON does not have is null. */
export function csvElements(kind: string, spreadsheetSafe: boolean): ElementStyle {
  return {
    text: (sink, text) => {
      writeCsvText(sink, text, spreadsheetSafe);
    },
    notFinite:
      kind === 'json'
        ? writeNull
        : (sink, value) => {
            sink.text(String(value));
          },
    quotesArrays: true,
  };
}
