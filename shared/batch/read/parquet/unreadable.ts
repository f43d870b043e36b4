import type { RowCode } from '../../../errors/codes.js';

/** Stands for a stored value that has no meaning: its row gives no result. */
export class Unreadable {
  readonly code: RowCode;
  readonly message: string;

  constructor(code: RowCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

export const notUtf8 = new Unreadable('ROW_ENCODING', 'the text is not UTF-8');

export const outOfRange = new Unreadable('ROW_VALUE', 'the time is out of range');
