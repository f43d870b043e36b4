/** Columns of the inputs, named as those of the models in bench/models. */
export const columnNames = Array.from({ length: 12 }, (_, at) => `c${at}`);

/** Whole numbers below 1,000,000 either way, five of whose digits stand behind the point. */
const span = 1_999_999;
const decimals = 1e5;

/** The values of all columns; the same ones in every run. */
export function recordColumns(rows: number): Float64Array[] {
  const next = generator();
  const columns = columnNames.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    for (const column of columns) column[row] = (next() - 999_999) / decimals;
  }
  return columns;
}

/** The same values as CSV with a header line; about 102 bytes per row. */
export function recordCsv(rows: number): { readonly header: Buffer; readonly body: Buffer } {
  const next = generator();
  const body = Buffer.allocUnsafe(rows * columnNames.length * '-1.23456,'.length);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columnNames.length; column++) {
      let value = next() - 999_999;
      if (value < 0) {
        body[at++] = 0x2d;
        value = -value;
      }
      body[at] = 0x30 + Math.floor(value / decimals);
      body[at + 1] = 0x2e;
      for (let place = at + 6; place > at + 1; place--) {
        body[place] = 0x30 + (value % 10);
        value = Math.floor(value / 10);
      }
      at += 7;
      body[at++] = column === columnNames.length - 1 ? 0x0a : 0x2c;
    }
  }
  return { header: Buffer.from(`${columnNames.join(',')}\n`), body: body.subarray(0, at) };
}

/** Random whole numbers from 0 to `span` (xorshift), always from the same seed. */
function generator(): () => number {
  let state = 20_261_121;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % span;
  };
}
