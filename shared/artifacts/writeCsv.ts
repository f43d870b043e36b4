import { csvElements } from '../batch/write/elementStyle.js';
import { blockCell, type BlockCell } from '../batch/write/blockShape.js';
import { ByteSink } from '../batch/write/byteSink.js';
import { csvHeader } from '../batch/write/csvHeader.js';
import { outputCells } from '../batch/write/outputCells.js';
import { resultColumns } from '../batch/write/resultColumns.js';
import { tensorCells, type CellWriter } from '../batch/write/tensorCells.js';
import { JobFailure } from '../batch/jobFailure.js';
import { elementCount } from '../tensors/shape.js';
import { artifactsTooLarge, mostArtifactBytes } from './artifactLimits.js';
import type { ArtifactSource, Made } from './artifactSource.js';

/**
 * Inputs and outputs as a table, one line per row (RFC 4180 with line feeds). Inputs stand as the model took them, with
 * defaults filled in and nothing for a missing number; outputs as in the results of jobs. A text that a spreadsheet would
 * run as a formula gets a quote in front. Throws SCORE_ERR_ARTIFACT_TOO_LARGE.
 */
export function writeCsv(source: ArtifactSource): Made {
  const { signature, rowCount, outputs } = source;
  const inputs = signature.columns.map(({ name }) => ({ name, kind: 'json' }) as const);
  const columns = resultColumns([signature], inputs, 'csv');
  const cells = [
    ...inputCells(source),
    ...outputCells(signature, 'csv').map((cell) =>
      tensorCells(blockCell(cell, outputs, rowCount), csvElements(cell.kind, true)),
    ),
  ];
  try {
    const sink = new ByteSink({ maxBytes: mostArtifactBytes });
    const header = csvHeader(columns, { spreadsheetSafe: true });
    sink.slice(header, 0, header.length);
    for (let row = 0; row < rowCount; row++) writeLine(sink, cells, row);
    return { bytes: sink.take() };
  } catch (error) {
    if (error instanceof JobFailure) throw artifactsTooLarge();
    throw error;
  }
}

function writeLine(sink: ByteSink, cells: readonly CellWriter[], row: number): void {
  for (let i = 0; i < cells.length; i++) {
    if (i > 0) sink.byte(0x2c);
    (cells[i] as CellWriter)(sink, row);
  }
  sink.byte(0x0a);
}

function inputCells({ signature, feeds }: ArtifactSource): CellWriter[] {
  const { layout, columns, inputs } = signature;
  const style = {
    ...csvElements('number', true),
    notFinite: (sink: ByteSink, value: number) => {
      if (!Number.isNaN(value)) sink.text(String(value));
    },
  };
  return columns.map(({ name }, at) => {
    const tensor = feeds[layout === 'features' ? (inputs[0]?.name ?? '') : name];
    if (!tensor) throw new Error(`there is no input '${name}'`);
    const itemShape = tensor.shape.slice(1);
    const step = elementCount(itemShape);
    const isWide = layout === 'tensors' && step !== 1;
    const cell: BlockCell = {
      tensor,
      step,
      offset: layout === 'features' ? at : 0,
      count: isWide ? step : 1,
      shape: isWide ? itemShape : [],
    };
    return tensorCells(cell, style);
  });
}
