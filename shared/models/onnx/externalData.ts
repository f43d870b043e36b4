import { readFields, textOf } from './protobuf.js';

/** Graphs inside attributes of graphs; real models nest two or three deep. */
const deepest = 32;

/**
 * The side files that hold weights of a graph: of initializers, dense and sparse, of constants in attributes, and of
 * all subgraphs (onnx.proto: TensorProto.external_data). Throws RangeError where graphs are nested without end.
 */
export function externalDataOf(graph: Uint8Array, found = new Set<string>(), depth = 0): Set<string> {
  if (depth > deepest) throw new RangeError(`graphs are nested over ${deepest} deep`);
  for (const field of readFields(graph)) {
    if (field.number === 1) inNode(field.bytes, found, depth);
    else if (field.number === 5) inTensor(field.bytes, found);
    else if (field.number === 15) inSparseTensor(field.bytes, found);
  }
  return found;
}

/** The side files of the nodes of a FunctionProto. */
export function externalDataOfFunction(definition: Uint8Array, found: Set<string>): void {
  for (const field of readFields(definition)) if (field.number === 7) inNode(field.bytes, found, 0);
}

/** NodeProto.attribute = 5. */
function inNode(node: Uint8Array, found: Set<string>, depth: number): void {
  for (const field of readFields(node)) if (field.number === 5) inAttribute(field.bytes, found, depth);
}

/** AttributeProto: t = 5, g = 6, tensors = 10, graphs = 11, sparse_tensor = 22, sparse_tensors = 23. */
function inAttribute(attribute: Uint8Array, found: Set<string>, depth: number): void {
  for (const { number, wireType, bytes } of readFields(attribute)) {
    // a list of numbers, which can be very long: there is no tensor in it
    if (number === 7 || number === 8) return;
    if (wireType !== 2) continue;
    if (number === 5 || number === 10) inTensor(bytes, found);
    else if (number === 6 || number === 11) externalDataOf(bytes, found, depth + 1);
    else if (number === 22 || number === 23) inSparseTensor(bytes, found);
  }
}

/** SparseTensorProto: values = 1, indices = 2. */
function inSparseTensor(tensor: Uint8Array, found: Set<string>): void {
  for (const { number, bytes } of readFields(tensor))
    if (number === 1 || number === 2) inTensor(bytes, found);
}

/** TensorProto.external_data = 13: pairs of key = 1 and value = 2; `location` names the file. */
function inTensor(tensor: Uint8Array, found: Set<string>): void {
  for (const field of readFields(tensor)) {
    if (field.number !== 13) continue;
    let key = '';
    let value = '';
    for (const part of readFields(field.bytes)) {
      if (part.number === 1) key = textOf(part);
      else if (part.number === 2) value = textOf(part);
    }
    if (key === 'location') found.add(value);
  }
}
