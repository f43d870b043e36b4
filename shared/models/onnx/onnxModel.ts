import { externalDataOf, externalDataOfFunction } from './externalData.js';
import { packedNumbers, readFields, signed, textOf, type Field } from './protobuf.js';

/** A graph input or output as onnx.proto `ValueInfoProto` states it. */
export interface ValueInfo {
  readonly name: string;
  /** Element type number of a tensor; undefined for sequences, maps and optionals. */
  readonly elementType: number | undefined;
  /** -1 for symbolic and unnamed dimensions; undefined when the rank is not stated. */
  readonly shape: readonly number[] | undefined;
}

/** A ZipMap node: turns an [N, classes] tensor into a list of maps, which cannot cross the wire. */
export interface ZipMap {
  readonly input: string;
  readonly output: string;
  readonly labels: readonly string[];
}

/** What the product reads of a model file; weights are skipped. */
export interface OnnxModel {
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Without inputs that only name an initializer. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly zipMaps: readonly ZipMap[];
  /** Relative paths of side files that hold weights. */
  readonly externalData: readonly string[];
}

/** Field numbers of onnx.proto, the ones read here. */
export const onnxFields = {
  model: { producer: 2, docString: 6, graph: 7, opsetImport: 8, metadata: 14, functions: 25 },
  graph: { node: 1, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5 },
} as const;

/** Reads a model file. Throws RangeError for bytes that are no protobuf message or have no graph. */
export function readOnnxModel(file: Uint8Array): OnnxModel {
  const fields = onnxFields.model;
  const functions: Uint8Array[] = [];
  let producer = '';
  let description = '';
  let graph: Uint8Array | undefined;
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  for (const field of readFields(file)) {
    if (field.number === fields.functions) functions.push(field.bytes);
    else if (field.number === fields.producer) producer = textOf(field);
    else if (field.number === fields.docString) description = textOf(field);
    else if (field.number === fields.graph) graph = field.bytes;
    else if (field.number === fields.opsetImport) {
      const { text, number } = readPair(field.bytes);
      opsets[text] = number;
    } else if (field.number === fields.metadata) {
      const { text, second } = readPair(field.bytes);
      metadata[text] = second;
    }
  }
  if (!graph) throw new RangeError('there is no graph in it');
  const externalData = externalDataOf(graph);
  for (const definition of functions) externalDataOfFunction(definition, externalData);
  return { opsets, producer, description, metadata, externalData: [...externalData], ...readGraph(graph) };
}

type GraphFacts = Pick<OnnxModel, 'inputs' | 'outputs' | 'zipMaps'>;

function readGraph(graph: Uint8Array): GraphFacts {
  const fields = onnxFields.graph;
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const zipMaps: ZipMap[] = [];
  const initializers = new Set<string>();
  for (const field of readFields(graph)) {
    if (field.number === fields.input) inputs.push(readValueInfo(field.bytes));
    else if (field.number === fields.output) outputs.push(readValueInfo(field.bytes));
    else if (field.number === fields.initializer) {
      initializers.add(readInitializerName(field.bytes));
    } else if (field.number === fields.node) {
      const zipMap = readZipMap(field.bytes);
      if (zipMap) zipMaps.push(zipMap);
    }
  }
  return {
    inputs: inputs.filter((input) => !initializers.has(input.name)),
    outputs,
    zipMaps,
  };
}

/** ValueInfoProto: name = 1, type = 2 {tensor_type = 1 {elem_type = 1, shape = 2 {dim = 1 {dim_value = 1}}}}. */
function readValueInfo(bytes: Uint8Array): ValueInfo {
  let name = '';
  let elementType: number | undefined;
  let shape: number[] | undefined;
  for (const field of readFields(bytes)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const type of readFields(field.bytes)) {
      if (type.number !== 1) continue;
      for (const tensor of readFields(type.bytes)) {
        if (tensor.number === 1) elementType = Number(tensor.varint);
        else if (tensor.number === 2) shape = [...readFields(tensor.bytes)].map(readDimension);
      }
    }
  }
  return { name, elementType, shape };
}

function readDimension(field: Field): number {
  for (const dimension of readFields(field.bytes)) {
    if (dimension.number === 1 && dimension.wireType === 0) {
      const length = Number(signed(dimension));
      return length >= 0 ? length : -1;
    }
  }
  return -1;
}

/** TensorProto.name = 8. */
function readInitializerName(tensor: Uint8Array): string {
  for (const field of readFields(tensor)) if (field.number === 8) return textOf(field);
  return '';
}

/** The ZipMap of a node, undefined for every other operator. */
export function readZipMap(node: Uint8Array): ZipMap | undefined {
  const fields = onnxFields.node;
  let input = '';
  let output = '';
  let opType = '';
  const labels: string[] = [];
  for (const field of readFields(node)) {
    if (field.number === fields.opType) opType = textOf(field);
    else if (field.number === fields.input) input = textOf(field);
    else if (field.number === fields.output) output = textOf(field);
  }
  if (opType !== 'ZipMap') return undefined;
  for (const field of readFields(node)) {
    if (field.number === fields.attribute) labels.push(...readLabels(field.bytes));
  }
  return { input, output, labels };
}

/** AttributeProto: name = 1, ints = 8 (packed or not), strings = 9; `classlabels_*` of a ZipMap. */
function readLabels(attribute: Uint8Array): string[] {
  const labels: string[] = [];
  for (const field of readFields(attribute)) {
    if (field.number === 9) labels.push(textOf(field));
    else if (field.number === 8 && field.wireType === 0) labels.push(String(signed(field)));
    else if (field.number === 8) for (const label of packedNumbers(field.bytes)) labels.push(String(label));
  }
  return labels;
}

/** The small messages of a text and a second member: StringStringEntryProto and OperatorSetIdProto. */
function readPair(bytes: Uint8Array): { text: string; second: string; number: number } {
  let text = '';
  let second = '';
  let number = 0;
  for (const field of readFields(bytes)) {
    if (field.number === 1) text = textOf(field);
    else if (field.number === 2 && field.wireType === 2) second = textOf(field);
    else if (field.number === 2) number = Number(signed(field));
  }
  return { text, second, number };
}
