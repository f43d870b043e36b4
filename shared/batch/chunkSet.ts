/** A set of chunk numbers that crosses the orchestration as a short text: one bit per chunk, base64. */
export class ChunkSet {
  readonly #bits: Uint8Array;

  private constructor(bits: Uint8Array) {
    this.#bits = bits;
  }

  static of(chunks: Iterable<number>): ChunkSet {
    const listed = [...chunks];
    const bits = new Uint8Array(Math.floor(listed.reduce((a, b) => Math.max(a, b), -1) / 8) + 1);
    for (const chunk of listed) bits[chunk >> 3] = (bits[chunk >> 3] as number) | (1 << (chunk & 7));
    return new ChunkSet(bits);
  }

  /** The chunks 0 to `count` - 1. */
  static upTo(count: number): ChunkSet {
    return ChunkSet.of(Array.from({ length: count }, (_, i) => i));
  }

  static fromText(text: string): ChunkSet {
    return new ChunkSet(Buffer.from(text, 'base64'));
  }

  toText(): string {
    return Buffer.from(this.#bits).toString('base64');
  }

  has(chunk: number): boolean {
    return (((this.#bits[chunk >> 3] ?? 0) >> (chunk & 7)) & 1) === 1;
  }

  /** The chunks in order. */
  list(): number[] {
    const listed: number[] = [];
    for (let chunk = 0; chunk < this.#bits.length * 8; chunk++) if (this.has(chunk)) listed.push(chunk);
    return listed;
  }

  without(other: ChunkSet): ChunkSet {
    return ChunkSet.of(this.list().filter((chunk) => !other.has(chunk)));
  }

  /** What lane `lane` of `lanes` takes: every so many-th, so that the settled prefix grows from all of them. */
  share(lane: number, lanes: number): number[] {
    return this.list().filter((_, at) => at % lanes === lane);
  }
}
