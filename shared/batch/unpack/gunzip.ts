import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { JobFailure } from '../jobFailure.js';

const chunkBytes = 256 * 1024;

/** Inflated bytes from which on the ratio counts: small texts may well be all blanks. */
const ratioFromBytes = 16 * 2 ** 20;

/** Bounds of what a compressed input may grow to. */
export interface InflateLimits {
  readonly maxBytes: number;
  readonly maxRatio: number;
}

/**
 * Inflates gzip of one or several members off this thread, a quarter of a MiB at a time and no faster than it is taken.
 *
 * Throws JobFailures: JOB_INPUT_BOMB over a limit, JOB_INPUT_FORMAT for what is no gzip, is cut or damaged, or holds
 * gzip again. Errors of the source pass.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  limits: InflateLimits,
): AsyncGenerator<Uint8Array> {
  const inflater = createGunzip({ chunkSize: chunkBytes });
  // its errors, and those of the source, arrive with the chunks
  pipeline(source, inflater, () => undefined);
  let inflatedBytes = 0;
  const head: number[] = [];
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      if (head.length < 2) {
        head.push(...chunk.subarray(0, 2 - head.length));
        refuseNested(head);
      }
      inflatedBytes += chunk.length;
      refuseBomb(inflatedBytes, inflater.bytesWritten, limits);
      yield chunk;
    }
  } catch (error) {
    throw asGzipFault(error);
  }
}

/** Throws a JobFailure where inflated bytes begin as gzip does. */
export function refuseNested(head: ArrayLike<number>): void {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return;
  throw new JobFailure('JOB_INPUT_FORMAT', 'expected a text within the gzip, got gzip again');
}

/** What zlib says of damaged bytes as a JobFailure; any other error as it is. */
export function asGzipFault(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR')
    return new JobFailure('JOB_INPUT_FORMAT', 'the gzip is cut: its end is missing');
  if (code !== 'Z_DATA_ERROR' && code !== 'Z_NEED_DICT') return error;
  return new JobFailure('JOB_INPUT_FORMAT', `the gzip is damaged, or is none: ${(error as Error).message}`);
}

function refuseBomb(inflatedBytes: number, readBytes: number, { maxBytes, maxRatio }: InflateLimits): void {
  if (inflatedBytes > maxBytes) {
    throw new JobFailure('JOB_INPUT_BOMB', `expected at most ${maxBytes} bytes in the gzip, got more`);
  }
  if (inflatedBytes > ratioFromBytes && inflatedBytes > maxRatio * readBytes) {
    const message = `expected gzip that grows at most ${maxRatio} times, got more within ${readBytes} bytes`;
    throw new JobFailure('JOB_INPUT_BOMB', message);
  }
}
