/** The cells of a record as `writeCsvText` writes them, and where the next record begins. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly next: number;
}

/** Reads a record of our own CSV results that begins at `start`. */
export function csvRecord(text: string, start: number): CsvRecord {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    let cell: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      cellEnd.lastIndex = at;
      const end = cellEnd.exec(text)?.index ?? text.length;
      cell = text.slice(at, end);
      at = end;
    }
    cells.push(cell);
    if (text[at] !== ',') return { cells, next: at + 1 };
    at++;
  }
}

const cellEnd = /[,\n]/g;

function closingQuote(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0) return text.length;
    if (text[end + 1] !== '"') return end;
    at = end + 2;
  }
}
