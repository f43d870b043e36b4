import { onnxFields, readZipMap } from './onnxModel.js';
import { lengthDelimited, readFields, textOf, varintField } from './protobuf.js';

const text = (value: string) => new TextEncoder().encode(value);
const float32 = 1;
const identityOpset = 13;

/**
 * Gives the model file with every ZipMap replaced by an Identity, so that the output of that name is the [N, classes]
 * tensor of scores. ONNX Runtime cannot hand maps to JavaScript and fails the whole call when one is fetched.
 * The weights are not touched. The caller knows that there is a ZipMap.
 */
export function cutZipMaps(file: Uint8Array): Uint8Array {
  const fields = onnxFields.model;
  const parts: Uint8Array[] = [];
  let hasDefaultOpset = false;
  for (const field of readFields(file)) {
    if (field.number === fields.graph) {
      parts.push(lengthDelimited(fields.graph, cutInGraph(field.bytes)));
      continue;
    }
    if (field.number === fields.opsetImport && isDefaultDomain(field.bytes)) hasDefaultOpset = true;
    parts.push(file.subarray(field.start, field.end));
  }
  if (!hasDefaultOpset) parts.push(lengthDelimited(fields.opsetImport, varintField(2, identityOpset)));
  return Buffer.concat(parts);
}

function cutInGraph(graph: Uint8Array): Uint8Array {
  const fields = onnxFields.graph;
  const parts: Uint8Array[] = [];
  const classCounts = new Map<string, number>();
  for (const field of readFields(graph)) {
    const zipMap = field.number === fields.node ? readZipMap(field.bytes) : undefined;
    if (!zipMap) continue;
    classCounts.set(zipMap.output, zipMap.labels.length);
  }
  for (const field of readFields(graph)) {
    const zipMap = field.number === fields.node ? readZipMap(field.bytes) : undefined;
    if (zipMap) {
      parts.push(lengthDelimited(fields.node, identityNode(zipMap.input, zipMap.output)));
      continue;
    }
    const name = field.number === fields.output ? nameOf(field.bytes) : undefined;
    const classCount = name === undefined ? undefined : classCounts.get(name);
    if (name !== undefined && classCount !== undefined) {
      parts.push(lengthDelimited(fields.output, scoresInfo(name, classCount)));
    } else {
      parts.push(graph.subarray(field.start, field.end));
    }
  }
  return Buffer.concat(parts);
}

function identityNode(input: string, output: string): Uint8Array {
  const fields = onnxFields.node;
  return Buffer.concat([
    lengthDelimited(fields.input, text(input)),
    lengthDelimited(fields.output, text(output)),
    lengthDelimited(fields.name, text(`${output}_without_ZipMap`)),
    lengthDelimited(fields.opType, text('Identity')),
  ]);
}

/** ValueInfoProto of an FP32 tensor [N, classCount]. */
function scoresInfo(name: string, classCount: number): Uint8Array {
  const shape = Buffer.concat([
    lengthDelimited(1, lengthDelimited(2, text('N'))),
    lengthDelimited(1, varintField(1, classCount)),
  ]);
  const tensor = Buffer.concat([varintField(1, float32), lengthDelimited(2, shape)]);
  return Buffer.concat([lengthDelimited(1, text(name)), lengthDelimited(2, lengthDelimited(1, tensor))]);
}

function nameOf(valueInfo: Uint8Array): string | undefined {
  for (const field of readFields(valueInfo)) if (field.number === 1) return textOf(field);
  return undefined;
}

/** OperatorSetIdProto without a domain, or with the empty one. */
function isDefaultDomain(opset: Uint8Array): boolean {
  for (const field of readFields(opset)) if (field.number === 1 && field.bytes.length > 0) return false;
  return true;
}
