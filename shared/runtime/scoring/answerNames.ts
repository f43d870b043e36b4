import { shownName } from '../../errors/shownName.js';
import { nameList } from '../../models/nameList.js';
import { jsonTypeOf } from '../../tensors/setElement.js';
import type { ModuleValues } from './columnValues.js';

/**
 * The names under which a function of a scoring module answers: the `wanted` ones of the other side. What came in under
 * one of `handedOn` may be handed on and is left out.
 */
export class AnswerNames {
  readonly #kind: 'column' | 'output';
  readonly #wanted: ReadonlySet<string>;
  readonly #handedOn: ReadonlySet<string>;

  constructor(kind: 'column' | 'output', wanted: readonly string[], handedOn: readonly string[]) {
    this.#kind = kind;
    this.#wanted = new Set(wanted);
    this.#handedOn = new Set(handedOn);
  }

  /** The wanted values of an answer, typed arrays as plain ones. Throws a TypeError for what is no such answer. */
  take(answer: unknown): ModuleValues {
    if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
      throw new TypeError(`expected an object with the ${this.#kind}s, got ${jsonTypeOf(answer)}`);
    }
    const values: ModuleValues = {};
    for (const [name, value] of Object.entries(answer)) {
      if (this.#wanted.has(name)) values[name] = plainArray(value);
      else if (!this.#handedOn.has(name)) {
        const known = nameList([...this.#wanted].map((one) => ({ name: one })));
        throw new TypeError(`there is no ${this.#kind} '${shownName(name)}': expected ${known}`);
      }
    }
    return values;
  }
}

function plainArray(value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float64Array)
    : value;
}
