import type { Made } from './artifactSource.js';
import { numberReader } from './numberReader.js';
import type { OutputRows } from './outputRows.js';
import { xmlText } from './xmlText.js';

/** Rows that a chart shows; the table and the array have all of them. */
export const mostChartRows = 20;
/** Bars per row; of more labels the greatest values are shown. */
export const mostChartBars = 30;

const barAreaLeft = 200;
/** Length of a bar that fills its axis. */
export const barAreaWidth = 360;
const chartWidth = 660;
const barHeight = 16;
const lineHeight = 22;
const headHeight = 36;
/** Code points of a label beside its bar; its title has all of it. */
const mostLabelLength = 28;

interface Bar {
  readonly label: string;
  readonly value: number;
}

/**
 * A bar chart of the labelled values of an output, a group of bars per row, as SVG without script and without outside
 * references. The axis of all groups goes from 0 to 1, or to the greatest value where that is more; negative values and NaN
 * have no bar, only their number.
 */
export function writeChart({ spec, tensor, rows, itemShape }: OutputRows): Made {
  const { labels = [], column } = spec;
  if (rows === undefined || itemShape.length !== 1 || itemShape[0] !== labels.length) {
    return { note: `the output has not ${labels.length} values per row` };
  }
  const read = numberReader(tensor);
  const shown = Math.min(rows, mostChartRows);
  const groups = Array.from({ length: shown }, (_, row) =>
    chosenBars(labels.map((label, i) => ({ label, value: read(row * labels.length + i) }))),
  );
  const finite = groups.flat().flatMap(({ value }) => (Number.isFinite(value) ? [value] : []));
  const axisEnd = finite.reduce((most, value) => Math.max(most, value), 1);
  const note = leftOut(rows, labels.length);
  const title =
    rows === 1 ? column : `${column} of ${shown === rows ? '' : `the first ${shown} of `}${rows} rows`;
  let y = headHeight;
  let body = '';
  for (const [row, bars] of groups.entries()) {
    if (rows > 1) {
      body += text(16, y + 15, `row ${row}`, 'font-weight="bold"');
      y += lineHeight;
    }
    for (const bar of bars) {
      body += barText(bar, y, axisEnd);
      y += lineHeight;
    }
    y += 8;
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${chartWidth}" height="${y + 8}" viewBox="0 0 ${chartWidth} ${y + 8}" ` +
    `role="img" font-family="sans-serif" font-size="13">\n<title>${xmlText(title)}</title>\n` +
    `<desc>${xmlText(description(groups))}</desc>\n<rect width="100%" height="100%" fill="#ffffff"/>\n` +
    `${text(16, 24, title, 'font-size="15"')}${body}</svg>\n`;
  return { bytes: Buffer.from(svg), ...(note === undefined ? {} : { note }) };
}

/** All bars in the order of the labels, or the greatest ones first. */
function chosenBars(bars: readonly Bar[]): readonly Bar[] {
  if (bars.length <= mostChartBars) return bars;
  // equal infinities must not make NaN
  return bars.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a))).slice(0, mostChartBars);
}

/** The value, for comparisons: NaN is the least. */
const rank = ({ value }: Bar) => (Number.isNaN(value) ? -Infinity : value);

function barText({ label, value }: Bar, y: number, axisEnd: number): string {
  const width = Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value / axisEnd)) * barAreaWidth;
  const letters = Array.from(label);
  const short =
    letters.length > mostLabelLength ? `${letters.slice(0, mostLabelLength - 1).join('')}…` : label;
  return (
    `<g>\n<title>${xmlText(`${label}: ${shownValue(value)}`)}</title>\n` +
    text(barAreaLeft - 8, y + 13, short, 'text-anchor="end"') +
    `<rect x="${barAreaLeft}" y="${y}" width="${Number(width.toFixed(2))}" height="${barHeight}" fill="#2f6fb3"/>\n` +
    `${text(barAreaLeft + width + 6, y + 13, shownValue(value))}</g>\n`
  );
}

const text = (x: number, y: number, content: string, attributes = '') =>
  `<text x="${Number(x.toFixed(2))}" y="${y}"${attributes === '' ? '' : ` ${attributes}`}>${xmlText(content)}</text>\n`;

/** What somebody hears who does not see the bars: the greatest value of each row. */
function description(groups: readonly (readonly Bar[])[]): string {
  const tops = groups.map((bars, row) => {
    const top = bars.reduce((most, bar) => (rank(bar) > rank(most) ? bar : most));
    return `${groups.length === 1 ? '' : `row ${row}: `}${top.label} ${shownValue(top.value)}`;
  });
  return `Greatest value: ${tops.join('; ')}`;
}

const shownValue = (value: number) =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);

function leftOut(rows: number, labels: number): string | undefined {
  const parts = [
    ...(rows > mostChartRows ? [`the first ${mostChartRows} of ${rows} rows`] : []),
    ...(labels > mostChartBars ? [`the ${mostChartBars} greatest of ${labels} values per row`] : []),
  ];
  return parts.length === 0 ? undefined : `shows ${parts.join(', ')}`;
}
