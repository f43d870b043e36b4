/**
 * A blank that stands before a value in JSON Lines when it is not the value of a row but all that its run gave. For JSON it
 * is nothing; who puts rows together again sees by it what must not be taken for one value of several.
 */
export const wholeMark = 0x20;
