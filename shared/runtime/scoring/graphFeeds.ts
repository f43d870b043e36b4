import type { Signature } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import { decodeColumns } from '../../protocols/columns/decodeColumns.js';
import { AnswerNames } from './answerNames.js';

/** Turns what `before` of a scoring module answers into the tensors of its graph. */
export class GraphFeeds {
  readonly #graph: Signature;
  readonly #names: AnswerNames;

  constructor(service: Signature, graph: Signature) {
    this.#graph = graph;
    const names = ({ columns }: Signature) => columns.map(({ name }) => name);
    this.#names = new AnswerNames('column', names(graph), names(service));
  }

  /** By the rules for a frame that callers send. Throws an Error that names the column and the row. */
  take(answer: unknown, rows: number): NamedTensors {
    const columns = this.#names.take(answer);
    for (const [name, values] of Object.entries(columns)) {
      if (!Array.isArray(values) || values.length === rows) continue;
      throw new TypeError(`column '${name}': expected ${rows} values, got ${values.length}`);
    }
    return decodeColumns({ form: 'frame', columns, rowCount: rows, place: '' }, this.#graph);
  }
}
