import type { JobCode } from '../errors/codes.js';

/** Bytes of a message as JSON; it crosses the orchestration beside a set of chunks, and both have to stay under 16 KB. */
const mostBytes = 6000;

/**
 * Ends the job as `Failed`; thrown where no retry can help. Never leaves an activity: they answer with its code. A long
 * message, such as one that lists names, is cut.
 */
export class JobFailure extends Error {
  readonly code: JobCode;

  constructor(code: JobCode, message: string) {
    super(shortened(message));
    this.name = 'JobFailure';
    this.code = code;
  }
}

function shortened(message: string): string {
  let shown = message;
  for (let length = message.length; Buffer.byteLength(JSON.stringify(shown)) > mostBytes;) {
    length = Math.floor(length * 0.9);
    shown = `${message.slice(0, length).toWellFormed()}...`;
  }
  return shown;
}
