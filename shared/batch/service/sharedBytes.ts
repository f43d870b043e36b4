/** Bytes that several callers want at the same time are made once, and held once while one of them still has them. */
export class SharedBytes {
  readonly #making = new WeakMap<object, Map<string, Promise<Uint8Array>>>();
  readonly #made = new WeakMap<object, Map<string, WeakRef<Uint8Array>>>();

  /** `owner` and `key` say all that the bytes depend on. Throws what `make` throws. */
  get(owner: object, key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const made = mapOf(this.#made, owner);
    const there = made.get(key)?.deref();
    if (there) return Promise.resolve(there);
    const making = mapOf(this.#making, owner);
    let bytes = making.get(key);
    if (!bytes) {
      for (const [other, reference] of made) if (!reference.deref()) made.delete(other);
      bytes = make()
        .then((result) => {
          made.set(key, new WeakRef(result));
          return result;
        })
        .finally(() => making.delete(key));
      making.set(key, bytes);
    }
    return bytes;
  }
}

function mapOf<T>(maps: WeakMap<object, Map<string, T>>, owner: object): Map<string, T> {
  const known = maps.get(owner) ?? new Map<string, T>();
  maps.set(owner, known);
  return known;
}
