import { exceptions, type Exception } from './expected.js';

const BEGIN = '<!-- conformance:begin -->';
const END = '<!-- conformance:end -->';
const HEAD = ['cases', 'why', 'a real host', 'the local host'] as const;

/** Puts the table of all exceptions between the two markers of a document. */
export function insertTable(document: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the document lacks ${BEGIN} or ${END}`);
  return `${document.slice(0, from + BEGIN.length)}\n\n${table(exceptions.map(row))}\n\n${document.slice(to)}`;
}

function row({ cases, why, recorded, local }: Exception): string[] {
  const byFolder = Map.groupBy(cases, (id) => id.slice(0, id.indexOf('/')));
  const names = [...byFolder].map(([folder, ids]) => {
    const list = ids.map((id) => `\`${id.slice(folder.length + 1)}\``).join(', ');
    return `${folder}: ${list}`;
  });
  return [names.join('; '), why, recorded, local];
}

/** A Markdown table with its columns in line, as Prettier lays it out. */
function table(rows: readonly (readonly string[])[]): string {
  const all = [HEAD, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = HEAD.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
