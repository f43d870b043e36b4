import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { JobFailure } from '../../../../shared/batch/jobFailure.js';
import type { TextLayout } from '../../../../shared/batch/plan/plan.js';
import { unpackPieces } from '../../../../shared/batch/unpack/unpackPieces.js';
import type { UnpackPlan } from '../../../../shared/batch/unpack/unpackPlan.js';

export const commaText: TextLayout = { encoding: 'utf-8', delimiter: 0x2c, quote: 0x22, newline: 'lf' };

/** A plan with what a test says; the rest is a plain CSV in one piece. */
export function planOf(given: Partial<UnpackPlan> = {}): UnpackPlan {
  return { gzip: false, format: 'csv', text: commaText, skipBytes: 0, pieceBytes: 2 ** 20, ...given };
}

/** The bytes as a source that gives them in pieces of the lengths, the last one again and again. */
export async function* sourceOf(
  bytes: Uint8Array,
  lengths: readonly number[] = [],
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[Math.min(i, lengths.length - 1)] ?? bytes.length;
    yield await Promise.resolve(bytes.subarray(at, at + length));
    at += length;
  }
}

export interface Unpacked {
  readonly pieces: string[];
  readonly fault?: { readonly code: string; readonly message: string };
}

/** All pieces, byte by byte as latin1, and the JobFailure that ended them. */
export async function unpackAll(source: AsyncIterable<Uint8Array>, plan: UnpackPlan): Promise<Unpacked> {
  const pieces: string[] = [];
  try {
    for await (const { bytes } of unpackPieces(source, plan)) {
      // a piece can be handed to a worker
      assert.equal(bytes.buffer.byteLength, bytes.length);
      assert.ok(bytes.length > 0);
      pieces.push(Buffer.from(bytes).toString('latin1'));
    }
  } catch (error) {
    assert.ok(error instanceof JobFailure, String(error));
    return { pieces, fault: { code: error.code, message: error.message } };
  }
  return { pieces };
}

/** Unpacks a text as a whole. */
export function unpackText(text: string | Uint8Array, given: Partial<UnpackPlan> = {}): Promise<Unpacked> {
  const bytes = Buffer.from(text as string);
  return unpackAll(sourceOf(given.gzip ? gzipSync(bytes) : bytes), planOf(given));
}
