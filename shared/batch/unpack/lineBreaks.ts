const lf = 0x0a;

/** Takes line feeds out of JSON that comes piece by piece. Other bytes keep their places. */
export class LineBreaks {
  #inText = false;
  #isEscaped = false;

  /** The bytes themselves, or a copy where there was something to replace. */
  remove(bytes: Uint8Array): Uint8Array {
    const flat = bytes.includes(lf) ? new Uint8Array(bytes) : bytes;
    for (let i = 0; i < flat.length; i++) {
      const byte = flat[i];
      // a line feed in a text is no JSON, and must be none afterwards
      if (byte === lf) flat[i] = this.#inText ? 0x0b : 0x20;
      if (!this.#inText) this.#inText = byte === 0x22;
      else if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === 0x5c) this.#isEscaped = true;
      else if (byte === 0x22) this.#inText = false;
    }
    return flat;
  }
}
