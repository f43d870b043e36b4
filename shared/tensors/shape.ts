/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}

/** A shape for messages: `[-1, 13]`, where -1 stands for any length. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Whether a full shape fits a declared one, in which -1 stands for any length. */
export function shapeFits(shape: readonly number[], declared: readonly number[]): boolean {
  return (
    shape.length === declared.length &&
    shape.every((length, i) => declared[i] === -1 || declared[i] === length)
  );
}
