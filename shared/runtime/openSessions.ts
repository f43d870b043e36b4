import type { SessionPlan } from '../models/modelPlan.js';
import type { Signature } from '../models/signature.js';
import { openModel, type OpenModel } from './openModel.js';

/** An open session and how its model is fed. */
export interface OpenSession {
  readonly session: OpenModel;
  readonly signature: Signature;
}

interface Held extends OpenSession {
  /** Chunks that use it. */
  uses: number;
  isUnloaded: boolean;
}

/** The sessions of a worker thread by the number that the main thread gave them. */
export class OpenSessions {
  readonly #sessions = new Map<number, Held>();
  readonly #log: (text: string) => void;

  /** `log` takes what scoring modules log. */
  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  get(number: number): OpenSession | undefined {
    return this.#sessions.get(number);
  }

  /** Blocks the thread meanwhile. Throws as `openModel`. */
  async open(number: number, plan: SessionPlan): Promise<void> {
    const session = await openModel(plan, this.#log);
    this.#sessions.set(number, { session, signature: plan.signature, uses: 0, isUnloaded: false });
  }

  /** Takes the session away; it is released as soon as nothing holds it. */
  async unload(number: number): Promise<void> {
    const held = this.#sessions.get(number);
    if (!held) return;
    this.#sessions.delete(number);
    held.isUnloaded = true;
    if (held.uses === 0) await held.session.release();
  }

  async unloadAll(): Promise<void> {
    for (const number of [...this.#sessions.keys()]) await this.unload(number);
  }

  /** Keeps a session usable until `free`, unloaded or not; undefined when it is not open. */
  hold(number: number): { readonly session: OpenModel; free(): Promise<void> } | undefined {
    const held = this.#sessions.get(number);
    if (!held) return undefined;
    held.uses++;
    return {
      session: held.session,
      async free() {
        held.uses--;
        if (held.isUnloaded && held.uses === 0) await held.session.release();
      },
    };
  }
}
