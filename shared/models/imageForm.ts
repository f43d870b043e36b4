/** How a tensor is read as an image. */
export interface ImageForm {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: red, green and blue, 4: these and opacity. */
  readonly channels: 1 | 3 | 4;
  /** Distances, in elements, between neighbours. */
  readonly strides: { readonly row: number; readonly column: number; readonly channel: number };
}

/**
 * The image that a shape without batch stands for: [H, W], [C, H, W] or [H, W, C]; undefined when it is none. Where both
 * ends could be the channels the first is taken, as models in ONNX have it.
 */
export function imageForm(shape: readonly number[]): ImageForm | undefined {
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.some((length) => length < 1)) return undefined;
  if (shape.length === 2) {
    return { height: a, width: b, channels: 1, strides: { row: b, column: 1, channel: 1 } };
  }
  if (shape.length !== 3) return undefined;
  if (isChannels(a))
    return { height: b, width: c, channels: a, strides: { row: c, column: 1, channel: b * c } };
  if (isChannels(c))
    return { height: a, width: b, channels: c, strides: { row: b * c, column: c, channel: 1 } };
  return undefined;
}

const isChannels = (count: number): count is 1 | 3 | 4 => count === 1 || count === 3 || count === 4;
