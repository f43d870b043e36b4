import { lengthDelimited, varintField } from '../../shared/models/onnx/protobuf.js';

// A small writer of model files (onnx.proto), for models that no exporter would make or that are too large to keep.

const text = (value: string) => new TextEncoder().encode(value);
const float32 = 1;
const int64 = 7;

interface Graph {
  readonly nodes: readonly Uint8Array[];
  readonly inputs?: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  readonly initializers?: readonly Uint8Array[];
}

/** ModelProto: ir_version = 1, opset_import = 8, graph = 7. */
export function onnxModel({ nodes, inputs = [], outputs, initializers = [] }: Graph): Buffer {
  const graph = Buffer.concat([
    ...nodes.map((node) => lengthDelimited(1, node)),
    lengthDelimited(2, text('g')),
    ...initializers.map((tensor) => lengthDelimited(5, tensor)),
    ...inputs.map((input) => lengthDelimited(11, input)),
    ...outputs.map((output) => lengthDelimited(12, output)),
  ]);
  return Buffer.concat([
    varintField(1, 8),
    lengthDelimited(8, varintField(2, 17)),
    lengthDelimited(7, graph),
  ]);
}

/** NodeProto: input = 1, output = 2, op_type = 4. */
export function onnxNode(opType: string, inputs: readonly string[], outputs: readonly string[]): Uint8Array {
  return Buffer.concat([
    ...inputs.map((name) => lengthDelimited(1, text(name))),
    ...outputs.map((name) => lengthDelimited(2, text(name))),
    lengthDelimited(4, text(opType)),
  ]);
}

/** ValueInfoProto of an FP32 tensor; -1 is a free length. */
export function onnxValue(name: string, shape: readonly number[]): Uint8Array {
  const dims = shape.map((length, at) =>
    lengthDelimited(1, length < 0 ? lengthDelimited(2, text(`d${at}`)) : varintField(1, length)),
  );
  const tensor = Buffer.concat([varintField(1, float32), lengthDelimited(2, Buffer.concat(dims))]);
  return Buffer.concat([lengthDelimited(1, text(name)), lengthDelimited(2, lengthDelimited(1, tensor))]);
}

/** TensorProto of FP32: dims = 1, data_type = 2, name = 8, raw_data = 9. */
export function onnxFloats(name: string, dims: readonly number[], raw: Uint8Array): Uint8Array {
  return tensorProto(name, dims, float32, raw);
}

/** TensorProto of INT64. */
export function onnxIntegers(name: string, values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return tensorProto(name, [values.length], int64, raw);
}

function tensorProto(name: string, dims: readonly number[], type: number, raw: Uint8Array): Uint8Array {
  return Buffer.concat([
    ...dims.map((length) => varintField(1, length)),
    varintField(2, type),
    lengthDelimited(8, text(name)),
    lengthDelimited(9, raw),
  ]);
}

/** `y` = `x` + row 0 of an FP32 matrix [rows, 1024] that makes the file so large; `x` is [N, 1024]. */
export function largeModel(rows: number): Buffer {
  const raw = new Uint8Array(rows * 4096);
  return onnxModel({
    nodes: [onnxNode('Gather', ['w', 'at'], ['row']), onnxNode('Add', ['x', 'row'], ['y'])],
    inputs: [onnxValue('x', [-1, 1024])],
    outputs: [onnxValue('y', [-1, 1024])],
    initializers: [onnxFloats('w', [rows, 1024], raw), onnxIntegers('at', [0])],
  });
}
