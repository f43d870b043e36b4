/** The middle of a range; a whole number where values are. */
export function middleOf([low, high]: readonly [number, number], isWhole: boolean): number {
  // halves first: the sum may be infinite
  const middle = low / 2 + high / 2;
  return isWhole ? Math.round(middle) : middle;
}
