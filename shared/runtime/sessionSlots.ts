import type { ScoringError } from '../errors/scoringError.js';

/** Told when a session is open, or why it is not. */
export type OpenSettle = (error?: ScoringError) => void;

/** A session that is open or being opened on a thread. */
export interface SessionSlot {
  readonly key: string;
  /** The number by which the thread knows it. */
  readonly number: number;
  ready: boolean;
  waiting: OpenSettle[];
}

/** The sessions of one scoring thread as the main thread knows them. */
export class SessionSlots {
  readonly #slots = new Map<string, SessionSlot>();
  #nextNumber = 0;

  get(key: string): SessionSlot | undefined {
    return this.#slots.get(key);
  }

  byNumber(number: number): SessionSlot | undefined {
    for (const slot of this.#slots.values()) if (slot.number === number) return slot;
    return undefined;
  }

  /** A slot for a session that is about to be opened. */
  add(key: string, settle: OpenSettle): SessionSlot {
    const slot = { key, number: this.#nextNumber++, ready: false, waiting: [settle] };
    this.#slots.set(key, slot);
    return slot;
  }

  remove(key: string): SessionSlot | undefined {
    const slot = this.#slots.get(key);
    this.#slots.delete(key);
    return slot;
  }

  /** Tells those who wait for any session that they wait in vain. */
  refuseAll(error: ScoringError): void {
    for (const slot of this.#slots.values()) settleSlot(slot, error);
  }

  /** Takes out all slots. */
  clear(): SessionSlot[] {
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    return slots;
  }
}

/** Tells those who wait for the session. */
export function settleSlot(slot: SessionSlot, error?: ScoringError): void {
  const { waiting } = slot;
  slot.waiting = [];
  for (const settle of waiting) settle(error);
}
