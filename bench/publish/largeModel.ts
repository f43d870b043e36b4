import { fieldHead, varintField } from '../../shared/models/onnx/protobuf.js';
import { onnxIntegers, onnxNode, onnxValue } from '../../test/support/onnxBytes.js';

const columns = 1024;
const rowBytes = columns * 4;
const float32 = 1;
const pieceBytes = 2 ** 20;

/**
 * A model file of about so many bytes in pieces, nearly all of them one FP32 matrix: `y` = `x` + row 0 of it, `x` is
 * [N, 1024].
 */
export function largeModel(bytes: number): Buffer[] {
  const rows = Math.floor(bytes / rowBytes);
  const weights = [
    ...[varintField(1, rows), varintField(1, columns), varintField(2, float32)],
    ...field(8, [Buffer.from('w')]),
    ...field(9, filled(rows * rowBytes)),
  ];
  const graph = [
    ...field(1, [onnxNode('Gather', ['w', 'at'], ['row'])]),
    ...field(1, [onnxNode('Add', ['x', 'row'], ['y'])]),
    ...field(2, [Buffer.from('g')]),
    ...field(5, weights),
    ...field(5, [onnxIntegers('at', [0])]),
    ...field(11, [onnxValue('x', [-1, columns])]),
    ...field(12, [onnxValue('y', [-1, columns])]),
  ];
  const model = [varintField(1, 8), ...field(8, [varintField(2, 17)]), ...field(7, graph)];
  return model.map((piece) => Buffer.from(piece));
}

/** A length-delimited field of pieces that are not copied. */
function field(number: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  return [
    fieldHead(
      number,
      pieces.reduce((sum, { length }) => sum + length, 0),
    ),
    ...pieces,
  ];
}

function filled(bytes: number): Uint8Array[] {
  const piece = Buffer.from(new Float32Array(pieceBytes / 4).fill(0.5).buffer);
  const whole = Math.floor(bytes / pieceBytes);
  return [...Array.from({ length: whole }, () => piece), piece.subarray(0, bytes - whole * pieceBytes)];
}
