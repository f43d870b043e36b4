import type { OutputSpec, Signature } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import type { Tensor } from '../../tensors/datatypes.js';
import { AnswerNames } from './answerNames.js';
import { outputValue, type ModuleValues } from './columnValues.js';
import { outputTensor } from './outputTensor.js';

/** Turns the outputs of a graph into what `after` of its scoring module gets, and its answer into what callers get. */
export class ServiceOutputs {
  readonly #service: Signature;
  readonly #graph: Signature;
  readonly #names: AnswerNames;
  readonly #ownBy: ReadonlyMap<string, OutputSpec>;

  constructor(service: Signature, graph: Signature) {
    this.#service = service;
    this.#graph = graph;
    const names = ({ outputs }: Signature) => outputs.map(({ column }) => column);
    this.#names = new AnswerNames('output', names(service), names(graph));
    this.#ownBy = new Map(graph.outputs.map((output) => [output.column, output]));
  }

  /** The name of an output that has not one entry per row. */
  wholeOutput(outputs: NamedTensors, rows: number): string | undefined {
    return this.#graph.outputs.find(({ name }) => outputs[name]?.shape[0] !== rows)?.column;
  }

  valuesOf(outputs: NamedTensors): ModuleValues {
    const values: ModuleValues = {};
    for (const spec of this.#graph.outputs)
      values[spec.column] = outputValue(outputs[spec.name] as Tensor, spec);
    return values;
  }

  /**
   * The tensors that are asked for. Those of the graph keep their shape, others have one entry per row. Throws an Error
   * that names the output and the row.
   */
  take(answer: unknown, outputs: NamedTensors, rows: number, fetches: readonly string[]): NamedTensors {
    const given = this.#names.take(answer);
    const tensors: Record<string, Tensor> = {};
    for (const spec of this.#service.outputs) {
      if (!Object.hasOwn(given, spec.column)) throw new TypeError(`output '${spec.column}' is missing`);
      if (!fetches.includes(spec.name)) continue;
      const own = this.#ownOf(spec);
      const shape = own ? (outputs[own.name] as Tensor).shape : [rows, ...spec.shape.slice(1)];
      tensors[spec.name] = outputTensor(spec, shape, given[spec.column]);
    }
    return tensors;
  }

  /** The output of the graph that is answered under the same name and type. */
  #ownOf({ column, datatype, shape }: OutputSpec): OutputSpec | undefined {
    const own = this.#ownBy.get(column);
    return own?.datatype === datatype && String(own.shape) === String(shape) ? own : undefined;
  }
}
