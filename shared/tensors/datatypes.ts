/** Element types by their names in the Open Inference Protocol (contracts/open-protocols.md 1.4). */
export const datatypes = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
] as const;

export type Datatype = (typeof datatypes)[number];

/** Numbers in row-major order. FP16 is kept as its bit pattern. */
type NumericData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** The elements of a tensor, row-major; BYTES as texts. Owned by whoever holds the tensor. */
export type TensorData = NumericData | string[];

export interface Tensor {
  readonly datatype: Datatype;
  /** Lengths per dimension, all known. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

type DatatypeKind = 'boolean' | 'integer' | 'bigint' | 'float' | 'text';

interface DatatypeFacts {
  readonly kind: DatatypeKind;
  /** Name in ONNX Runtime. */
  readonly ort: string;
  /** `TensorProto.DataType` in onnx.proto. */
  readonly onnx: number;
  /** Closed range of whole numbers. */
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly allocate: (length: number) => TensorData;
}

const facts: Record<Datatype, DatatypeFacts> = {
  BOOL: { kind: 'boolean', ort: 'bool', onnx: 9, allocate: (n) => new Uint8Array(n) },
  UINT8: { kind: 'integer', ort: 'uint8', onnx: 2, min: 0, max: 255, allocate: (n) => new Uint8Array(n) },
  UINT16: {
    kind: 'integer',
    ort: 'uint16',
    onnx: 4,
    min: 0,
    max: 65_535,
    allocate: (n) => new Uint16Array(n),
  },
  UINT32: {
    kind: 'integer',
    ort: 'uint32',
    onnx: 12,
    min: 0,
    max: 4_294_967_295,
    allocate: (n) => new Uint32Array(n),
  },
  UINT64: {
    kind: 'bigint',
    ort: 'uint64',
    onnx: 13,
    min: 0n,
    max: 2n ** 64n - 1n,
    allocate: (n) => new BigUint64Array(n),
  },
  INT8: { kind: 'integer', ort: 'int8', onnx: 3, min: -128, max: 127, allocate: (n) => new Int8Array(n) },
  INT16: {
    kind: 'integer',
    ort: 'int16',
    onnx: 5,
    min: -32_768,
    max: 32_767,
    allocate: (n) => new Int16Array(n),
  },
  INT32: {
    kind: 'integer',
    ort: 'int32',
    onnx: 6,
    min: -2_147_483_648,
    max: 2_147_483_647,
    allocate: (n) => new Int32Array(n),
  },
  INT64: {
    kind: 'bigint',
    ort: 'int64',
    onnx: 7,
    min: -(2n ** 63n),
    max: 2n ** 63n - 1n,
    allocate: (n) => new BigInt64Array(n),
  },
  FP16: {
    kind: 'float',
    ort: 'float16',
    onnx: 10,
    allocate: (n) => new Uint16Array(n),
  },
  FP32: {
    kind: 'float',
    ort: 'float32',
    onnx: 1,
    allocate: (n) => new Float32Array(n),
  },
  FP64: {
    kind: 'float',
    ort: 'float64',
    onnx: 11,
    allocate: (n) => new Float64Array(n),
  },
  BYTES: { kind: 'text', ort: 'string', onnx: 8, allocate: (n) => new Array<string>(n).fill('') },
};

/** What is known of an element type. */
export function datatypeFacts(datatype: Datatype): DatatypeFacts {
  return facts[datatype];
}

const byOnnx = new Map(datatypes.map((datatype) => [facts[datatype].onnx, datatype]));
const byOrt = new Map(datatypes.map((datatype) => [facts[datatype].ort, datatype]));

/** The datatype of an ONNX element type number; undefined for those that cannot cross the wire (bfloat16, complex, ...). */
export function datatypeFromOnnx(elementType: number): Datatype | undefined {
  return byOnnx.get(elementType);
}

/** The datatype of an ONNX Runtime type name. */
export function datatypeFromOrt(type: string): Datatype | undefined {
  return byOrt.get(type);
}
