import type { JobCode } from '../../errors/codes.js';
import { JobFailure } from '../jobFailure.js';

/** A fault of the text itself at one byte of it: the whole records in front of it stand. */
export class BrokenText extends JobFailure {
  constructor(code: JobCode, message: string, offset: number) {
    super(code, `${message}, at byte ${offset} of the unpacked text`);
    this.name = 'BrokenText';
  }
}
