import { setImmediate } from 'node:timers/promises';
import { BrokenText } from './brokenText.js';
import type { RecordEnds } from './recordEnds.js';
import type { UnpackedPiece } from './unpackPlan.js';

/** What is copied before other work of this thread gets its turn. */
const turnBytes = 4 * 2 ** 20;

/**
 * Cuts a text behind the first record that makes a piece at least `pieceBytes` long. Where the text is broken, the
 * records before it are given and then the BrokenText is thrown; any other error of the source is thrown as it comes,
 * without a last piece.
 */
export async function* cutPieces(
  source: AsyncIterable<Uint8Array>,
  ends: RecordEnds,
  pieceBytes: number,
): AsyncGenerator<UnpackedPiece> {
  const piece = new GrowingPiece();
  try {
    for await (const slice of source) {
      let at = 0;
      for (;;) {
        const end = ends.advance(slice, at, at + pieceBytes - piece.length);
        if (end === -1) break;
        piece.add(slice.subarray(at, end));
        yield await piece.take();
        at = end;
      }
      piece.add(slice.subarray(at));
      if (ends.problem) throw ends.problem;
    }
  } catch (error) {
    if (error instanceof BrokenText) {
      piece.cutAt(ends.lastEnd);
      if (piece.length > 0) yield await piece.take();
    }
    throw error;
  }
  if (piece.length > 0) yield await piece.take();
}

class GrowingPiece {
  #slices: Uint8Array[] = [];
  #length = 0;
  /** Bytes of the pieces before. */
  #offset = 0;

  get length(): number {
    return this.#length;
  }

  add(slice: Uint8Array): void {
    if (slice.length === 0) return;
    this.#slices.push(slice);
    this.#length += slice.length;
  }

  /** Drops the bytes from `offset` of the text on. */
  cutAt(offset: number): void {
    const slices = this.#slices;
    this.#slices = [];
    this.#length = 0;
    for (const slice of slices)
      this.add(slice.subarray(0, Math.max(0, offset - this.#offset - this.#length)));
  }

  async take(): Promise<UnpackedPiece> {
    const bytes = new Uint8Array(this.#length);
    let to = 0;
    let copied = 0;
    for (const slice of this.#slices) {
      bytes.set(slice, to);
      to += slice.length;
      copied += slice.length;
      if (copied < turnBytes) continue;
      await setImmediate();
      copied = 0;
    }
    this.#offset += this.#length;
    this.#slices = [];
    this.#length = 0;
    return { bytes };
  }
}
