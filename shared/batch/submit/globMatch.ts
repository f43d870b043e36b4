/**
 * Tells of texts whether the whole of them fits a pattern in which `*` stands for any characters, `/` included, and `?`
 * for exactly one; all others stand for themselves and letter case counts.
 *
 * All ways to fit are followed at once, 32 to a machine word, and the text is read once: at most
 * characters x (pattern / 32 + 1) steps, whatever the pattern.
 */
export function globMatch(pattern: string): (text: Iterable<string>) => boolean {
  const read = readPattern(pattern);
  return (text) => fits(read, text);
}

function fits({ starAt, anyAt, charactersAt, needed }: Pattern, text: Iterable<string>): boolean {
  // bit i is set while the characters read so far fit the first i characters of the pattern (stars not counted)
  const fitting = new Uint32Array((needed >>> 5) + 1);
  fitting[0] = 1;
  let highest = 0;
  for (const character of text) {
    const fitsAt = charactersAt.get(character) ?? anyAt;
    let carry = 0;
    let isAlive = false;
    for (let word = 0; word <= highest; word++) {
      const before = fitting[word] as number;
      const stepped = before & (fitsAt[word] as number);
      const next = (before & (starAt[word] as number)) | (stepped << 1) | carry;
      carry = stepped >>> 31;
      fitting[word] = next;
      if (next !== 0) isAlive = true;
    }
    if (carry !== 0 && highest + 1 < fitting.length) {
      fitting[++highest] = 1;
      isAlive = true;
    }
    if (!isAlive) return false;
  }
  return isSet(fitting, needed);
}

interface Pattern {
  /** Bit i: a star stands behind the first i characters. */
  readonly starAt: Uint32Array;
  /** Bit i: character i may be any. */
  readonly anyAt: Uint32Array;
  /** Bit i: character i may be this one. Characters that the pattern does not have: see `anyAt`. */
  readonly charactersAt: ReadonlyMap<string, Uint32Array>;
  /** Characters that are not stars. */
  readonly needed: number;
}

function readPattern(pattern: string): Pattern {
  const words = (pattern.length >>> 5) + 1;
  const starAt = new Uint32Array(words);
  const anyAt = new Uint32Array(words);
  const charactersAt = new Map<string, Uint32Array>();
  let needed = 0;
  for (const character of pattern) {
    if (character === '*') {
      set(starAt, needed);
      continue;
    }
    if (character === '?') {
      set(anyAt, needed);
    } else {
      const at = charactersAt.get(character) ?? new Uint32Array(words);
      set(at, needed);
      charactersAt.set(character, at);
    }
    needed++;
  }
  for (const at of charactersAt.values()) {
    for (const [word, bits] of anyAt.entries()) at[word] = (at[word] ?? 0) | bits;
  }
  return { starAt, anyAt, charactersAt, needed };
}

function set(bits: Uint32Array, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31));
}

const isSet = (bits: Uint32Array, at: number) => (((bits[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
